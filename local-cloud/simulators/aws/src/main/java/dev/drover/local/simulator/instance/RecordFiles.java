package dev.drover.local.simulator.instance;

import dev.drover.local.simulator.snapshot.DirectoryTree;
import dev.drover.local.simulator.snapshot.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** Records of one kind by their ids, a JSON file each. */
final class RecordFiles<T> {
  private static final String SUFFIX = ".json";

  private final Path directory;
  private final JsonFile<T> format;
  private final Function<T, String> id;
  private final Map<String, T> records = new ConcurrentSkipListMap<>();

  private RecordFiles(Path directory, Class<T> type, Function<T, String> id) {
    this.directory = directory;
    this.format = new JsonFile<>(type);
    this.id = id;
  }

  static <T> RecordFiles<T> open(Path directory, Class<T> type, Function<T, String> id)
      throws IOException {
    Files.createDirectories(directory);
    RecordFiles<T> files = new RecordFiles<>(directory, type, id);
    try (Stream<Path> paths = Files.list(directory)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        if (path.toString().endsWith(SUFFIX)) {
          T value = files.format.read(path);
          files.records.put(id.apply(value), value);
        }
      }
    }
    return files;
  }

  Optional<T> find(String key) {
    return Optional.ofNullable(records.get(key));
  }

  List<T> list() {
    return List.copyOf(records.values());
  }

  void save(T value) throws IOException {
    String key = id.apply(value);
    format.write(file(key), value);
    records.put(key, value);
  }

  void delete(String key) throws IOException {
    Files.deleteIfExists(file(key));
    records.remove(key);
  }

  void reset() throws IOException {
    records.clear();
    DirectoryTree.delete(directory);
    Files.createDirectories(directory);
  }

  private Path file(String key) {
    return directory.resolve(key + SUFFIX);
  }
}
