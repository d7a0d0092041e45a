package dev.drover.local.simulator.image;

import dev.drover.local.simulator.snapshot.DirectoryTree;
import dev.drover.local.simulator.snapshot.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** All AMIs of the account, a JSON file each; the file of a deregistered one is only renamed. */
public final class ImageStore {
  private static final String SUFFIX = ".json";
  private static final String DEREGISTERED_SUFFIX = ".deregistered";

  private final Path directory;
  private final JsonFile<ImageRecord> format = new JsonFile<>(ImageRecord.class);
  private final Map<String, ImageRecord> images = new ConcurrentHashMap<>();
  private final Set<String> deregistered = ConcurrentHashMap.newKeySet();

  private ImageStore(Path directory) {
    this.directory = directory;
  }

  public static ImageStore open(Path directory) throws IOException {
    Files.createDirectories(directory);
    ImageStore store = new ImageStore(directory);
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        store.load(file);
      }
    }
    return store;
  }

  public Optional<ImageRecord> find(String id) {
    return Optional.ofNullable(images.get(id));
  }

  public boolean isDeregistered(String id) {
    return deregistered.contains(id);
  }

  /** Whether the id is, or was, one of this account's. */
  public boolean knows(String id) {
    return images.containsKey(id) || isDeregistered(id);
  }

  public Optional<ImageRecord> findByName(String name) {
    return images.values().stream().filter(image -> image.name().equals(name)).findFirst();
  }

  /** The images whose mappings name the snapshot. */
  public List<ImageRecord> using(String snapshotId) {
    return list().stream().filter(image -> image.uses(snapshotId)).toList();
  }

  /** Oldest first. */
  public List<ImageRecord> list() {
    return images.values().stream()
        .sorted(
            Comparator.comparingLong(ImageRecord::createdAtMillis).thenComparing(ImageRecord::id))
        .toList();
  }

  public void save(ImageRecord image) throws IOException {
    format.write(file(image.id()), image);
    images.put(image.id(), image);
  }

  public void replaceTags(ImageRecord image, Map<String, String> tags) throws IOException {
    save(image.withTags(tags));
  }

  public void share(ImageRecord image, Set<String> launchPermissions) throws IOException {
    save(image.withLaunchPermissions(launchPermissions));
  }

  public void deregister(ImageRecord image) throws IOException {
    Files.move(file(image.id()), directory.resolve(image.id() + DEREGISTERED_SUFFIX));
    images.remove(image.id());
    deregistered.add(image.id());
  }

  public void reset() throws IOException {
    images.clear();
    deregistered.clear();
    DirectoryTree.delete(directory);
    Files.createDirectories(directory);
  }

  private void load(Path file) throws IOException {
    String name = file.getFileName().toString();
    if (name.endsWith(SUFFIX)) {
      ImageRecord image = format.read(file);
      images.put(image.id(), image);
    } else if (name.endsWith(DEREGISTERED_SUFFIX)) {
      deregistered.add(name.substring(0, name.length() - DEREGISTERED_SUFFIX.length()));
    }
  }

  private Path file(String id) {
    return directory.resolve(id + SUFFIX);
  }
}
