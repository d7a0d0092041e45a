package dev.drover.functions.account;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Volumes in memory. */
public final class InMemoryVolumes implements Volumes {
  private final Map<String, Description> volumes = new TreeMap<>();

  /** A volume is there. */
  public void add(Description volume) {
    volumes.put(volume.id(), volume);
  }

  @Override
  public Listing<Description> free(@Nullable String next) {
    List<Description> free = volumes.values().stream().filter(Description::isFree).toList();
    return new Listing<>(free, null);
  }

  @Override
  public Optional<Description> find(String id) {
    return Optional.ofNullable(volumes.get(id));
  }

  @Override
  public boolean delete(String id) {
    if (find(id).filter(volume -> !volume.isFree()).isPresent()) {
      return false;
    }
    volumes.remove(id);
    return true;
  }
}
