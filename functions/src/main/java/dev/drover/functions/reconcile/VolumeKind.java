package dev.drover.functions.reconcile;

import dev.drover.functions.account.Listing;
import dev.drover.functions.account.Volumes;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Volumes of launched servers that no instance has any more: a replaced or terminated instance
 * leaves its volumes, with whatever was written to them since the launch. So they go only when
 * somebody asks for it.
 */
final class VolumeKind implements LeftoverKind {
  private static final long BYTES_PER_GIB = 1L << 30;

  private final Volumes volumes;
  private final Prices prices;

  VolumeKind(Volumes volumes, Prices prices) {
    this.volumes = volumes;
    this.prices = prices;
  }

  @Override
  public String word() {
    return "volume";
  }

  @Override
  public Part look(@Nullable String from) {
    Listing<Volumes.Description> listing = volumes.free(from);
    List<Leftover> leftovers = listing.items().stream().map(this::leftover).toList();
    return new Part(leftovers, leftovers.size(), listing.next());
  }

  @Override
  public Optional<Leftover> find(String name) {
    return volumes.find(name).filter(Volumes.Description::isFree).map(this::leftover);
  }

  @Override
  public boolean remove(Leftover leftover) {
    return volumes.delete(leftover.name());
  }

  @Override
  public String user() {
    return "An instance uses it: terminate that";
  }

  @Override
  public boolean isSwept() {
    return false;
  }

  private Leftover leftover(Volumes.Description volume) {
    long bytes = volume.sizeGib() * BYTES_PER_GIB;
    return new Leftover(
        word(),
        volume.id(),
        "its instance of application %s was replaced or terminated; it has what was written since the launch"
            .formatted(volume.tags().get(Volumes.TAG_APP)),
        volume.createdAt(),
        new Leftover.Size(bytes, Leftover.Bound.EXACT),
        prices.volume(volume.type(), bytes),
        Leftover.Removal.ON_REQUEST);
  }
}
