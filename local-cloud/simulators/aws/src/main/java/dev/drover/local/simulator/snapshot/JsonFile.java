package dev.drover.local.simulator.snapshot;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** State in a small JSON file that is replaced as a whole, so that a reader never sees half. */
public final class JsonFile<T> {
  private final ObjectMapper mapper = JsonMapper.builder().build();
  private final Class<T> type;

  public JsonFile(Class<T> type) {
    this.type = type;
  }

  public void write(Path file, T value) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    Files.write(temporary, mapper.writeValueAsBytes(value));
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  public T read(Path file) throws IOException {
    return mapper.readValue(Files.readAllBytes(file), type);
  }
}
