package dev.drover.connector.folder;

import dev.drover.connector.source.SourceUnreadableException;
import dev.drover.connector.words.CatalogText;
import dev.drover.connector.words.FileTrouble;
import dev.drover.connector.yaml.StrictYaml;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.Shortened;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code server.yaml} says of a server; it may be missing.
 *
 * @param name what people call the server; default: the sub-folder's name
 * @param raw whether the images are raw whatever they begin with
 * @param disks the images' file names in boot order; null: the root disk is looked for
 */
record ServerFile(
    String name,
    @Nullable String os,
    Firmware firmware,
    @Nullable Integer cpus,
    @Nullable Long memoryMib,
    boolean raw,
    @Nullable List<String> disks) {

  static final String FILE_NAME = "server.yaml";

  /** More than any x86 host has. */
  private static final int MAX_CPUS = 4_096;

  /** 64 TiB. */
  private static final long MAX_MEMORY_MIB = 1L << 26;

  /** How much of a name that is refused is shown. */
  private static final int SHOWN_CHARS = 40;

  /** What somebody meant who wrote {@code server.yml}, {@code Server.yaml} or the like. */
  private static final Pattern NEARLY =
      Pattern.compile("server\\.(ya?ml|json)(\\.txt)?", Pattern.CASE_INSENSITIVE);

  static boolean isNearlyNamed(Path file) {
    return NEARLY.matcher(EntryName.decoded(file)).matches();
  }

  static ServerFile of(Path folder) {
    Path file = folder.resolve(FILE_NAME);
    String text = read(file);
    if (text == null) {
      requireName(folder + ": the folder's name", nameOf(folder));
      return new ServerFile(nameOf(folder), null, Firmware.BIOS, null, null, false, null);
    }
    StrictYaml yaml = StrictYaml.parseWithoutQuoting(file.toString(), text);
    String name = yaml.text("name");
    String os = yaml.text("os");
    Firmware firmware = firmware(yaml, yaml.text("firmware"));
    Long cpus = yaml.number("cpus", 1, MAX_CPUS);
    Long memoryMib = yaml.number("memoryMib", 1, MAX_MEMORY_MIB);
    boolean raw = raw(yaml, yaml.text("format"));
    List<String> disks = yaml.texts("disks");
    yaml.finish();
    requireName(file + ": name", name == null ? nameOf(folder) : name);
    requirePresentable(file + ": os", os == null ? "" : os);
    return new ServerFile(
        name == null ? nameOf(folder) : name,
        os,
        firmware,
        cpus == null ? null : Math.toIntExact(cpus),
        memoryMib,
        raw,
        disks == null ? null : List.copyOf(disks));
  }

  private static Firmware firmware(StrictYaml yaml, @Nullable String text) {
    return switch (text) {
      case null -> Firmware.BIOS;
      case "bios" -> Firmware.BIOS;
      case "uefi" -> Firmware.UEFI;
      default -> {
        yaml.complain("firmware", "is unknown, known are 'bios' and 'uefi'");
        yield Firmware.BIOS;
      }
    };
  }

  private static boolean raw(StrictYaml yaml, @Nullable String text) {
    if (text != null && !text.equals("raw")) {
      yaml.complain("format", "is unknown, known is 'raw'");
    }
    return text != null;
  }

  static void requirePresentable(String what, String text) {
    require(what, text, CatalogText.objection(text));
  }

  private static void requireName(String what, String name) {
    require(what, name, CatalogText.objectionToName(name));
  }

  private static void require(String what, String text, String objection) {
    if (!objection.isEmpty()) {
      throw new SourceUnreadableException(
          what + " '" + Shortened.shown(text, SHOWN_CHARS) + "' " + objection + ".", null);
    }
  }

  /** Null when there is none. A link or a pipe in its place is never opened. */
  private static @Nullable String read(Path file) {
    try {
      if (!Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isRegularFile()) {
        throw new SourceUnreadableException(
            file + " is not a regular file, which is refused: put a plain file there.", null);
      }
      try (InputStream content = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
        byte[] bytes = content.readNBytes(StrictYaml.MAX_FILE_BYTES + 1);
        if (bytes.length > StrictYaml.MAX_FILE_BYTES) {
          throw new SourceUnreadableException(
              file + " has more than " + StrictYaml.MAX_FILE_BYTES + " bytes: shorten it.", null);
        }
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      }
    } catch (CharacterCodingException e) {
      throw new SourceUnreadableException(file + " is not UTF-8: save it as UTF-8.", e);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw new SourceUnreadableException(
          file
              + " could not be read: "
              + FileTrouble.reason(e)
              + "; give the connector's user the right.",
          e);
    }
  }

  private static String nameOf(Path folder) {
    return EntryName.decoded(folder);
  }
}
