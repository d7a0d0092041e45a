package dev.drover.connector.folder;

import dev.drover.connector.config.StrictYaml;
import dev.drover.protocol.Firmware;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code server.yaml} says of a server; it may be missing.
 *
 * @param name what people call the server; default: the sub-folder's name
 * @param disks the images' file names in boot order; null: in the order of their names
 */
record ServerFile(
    String name,
    @Nullable String os,
    Firmware firmware,
    @Nullable Integer cpus,
    @Nullable Long memoryMib,
    @Nullable List<String> disks) {

  static final String FILE_NAME = "server.yaml";

  /** More than any x86 host has. */
  private static final int MAX_CPUS = 4_096;

  /** 64 TiB. */
  private static final long MAX_MEMORY_MIB = 1L << 26;

  static ServerFile of(Path folder) {
    Path file = folder.resolve(FILE_NAME);
    if (!Files.exists(file)) {
      return new ServerFile(nameOf(folder), null, Firmware.BIOS, null, null, null);
    }
    StrictYaml yaml = StrictYaml.read(file);
    String name = yaml.text("name");
    String os = yaml.text("os");
    Firmware firmware = firmware(yaml, yaml.text("firmware"));
    Long cpus = yaml.number("cpus", 1, MAX_CPUS);
    Long memoryMib = yaml.number("memoryMib", 1, MAX_MEMORY_MIB);
    List<String> disks = yaml.texts("disks");
    yaml.finish();
    return new ServerFile(
        name == null ? nameOf(folder) : name,
        os,
        firmware,
        cpus == null ? null : Math.toIntExact(cpus),
        memoryMib,
        disks == null ? null : List.copyOf(disks));
  }

  private static Firmware firmware(StrictYaml yaml, @Nullable String text) {
    return switch (text) {
      case null -> Firmware.BIOS;
      case "bios" -> Firmware.BIOS;
      case "uefi" -> Firmware.UEFI;
      default -> {
        yaml.complain("firmware", "is '" + text + "', known are 'bios' and 'uefi'");
        yield Firmware.BIOS;
      }
    };
  }

  private static String nameOf(Path folder) {
    return String.valueOf(folder.getFileName());
  }
}
