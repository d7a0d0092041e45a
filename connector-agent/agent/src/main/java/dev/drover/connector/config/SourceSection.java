package dev.drover.connector.config;

import dev.drover.connector.words.PlainText;
import dev.drover.connector.yaml.StrictYaml;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The configuration's section {@code source}; its type decides which keys it has. */
final class SourceSection {
  /** Of the SDK's address as other clients write it; the rest is ours to add. */
  private static final Set<String> PATHS = Set.of("", "/", "/sdk");

  private static final Pattern FINGERPRINT = Pattern.compile("[0-9A-Fa-f]{64}");
  private static final int MAX_PORT = 65_535;

  static final int DEFAULT_FREE_PERCENT = 10;
  static final int MAX_FREE_PERCENT = 90;

  /** An export is bound by one core of its host: two leave it its VMs. */
  static final int DEFAULT_DISKS_OF_HOST = 2;

  static final int DEFAULT_DISKS_OF_DATASTORE = 4;

  /** Azure Migrate's limit for a host, beyond which its memory for NFC does not suffice. */
  static final int MAX_DISKS = 8;

  private final StrictYaml yaml;
  private final Function<String, Path> path;

  private SourceSection(StrictYaml yaml, Function<String, Path> path) {
    this.yaml = yaml;
    this.path = path;
  }

  /**
   * Reads it; null after a complaint.
   *
   * @param path a text as a path relative to the file
   */
  static @Nullable SourceConfig read(StrictYaml yaml, Function<String, Path> path) {
    SourceSection section = new SourceSection(yaml, path);
    String type = yaml.required("type", text -> text);
    if (type == null) {
      return null;
    }
    return switch (type) {
      case "folder" -> section.folder();
      case "vsphere" -> section.vsphere();
      default -> {
        // Nobody knows its keys, so that none is too many.
        yaml.complain("type", "is '" + type + "', known are 'folder' and 'vsphere'");
        yield null;
      }
    };
  }

  private SourceConfig.@Nullable Folder folder() {
    Path directory = yaml.required("directory", path);
    boolean allowWriters = flag("allowWriters");
    yaml.endSection();
    return directory == null ? null : new SourceConfig.Folder(directory, allowWriters);
  }

  private SourceConfig.@Nullable Vsphere vsphere() {
    URI address = yaml.required("address", SourceSection::address);
    String user = yaml.required("user", SourceSection::user);
    Path passwordFile = yaml.required("passwordFile", usable(SecretFile::requireUsable));
    Path caFile = optional("caFile", usable(CaFile::requireUsable));
    List<String> fingerprints = fingerprints();
    SourceConfig.Quiescing quiescing = optional("quiescing", SourceConfig.Quiescing::of);
    int minFree = integer("minFreePercent", DEFAULT_FREE_PERCENT, 0, MAX_FREE_PERCENT);
    int ofHost = integer("disksPerHost", DEFAULT_DISKS_OF_HOST, 1, MAX_DISKS);
    int ofDatastore = integer("disksPerDatastore", DEFAULT_DISKS_OF_DATASTORE, 1, MAX_DISKS);
    yaml.endSection();
    return address == null || user == null || passwordFile == null
        ? null
        : new SourceConfig.Vsphere(
            address,
            user,
            passwordFile,
            caFile,
            fingerprints,
            quiescing == null ? SourceConfig.Quiescing.REQUIRED : quiescing,
            minFree,
            ofHost,
            ofDatastore);
  }

  /** A file that is looked into at once, so that its mistakes stand among all others. */
  private Function<String, Path> usable(UnaryOperator<Path> required) {
    return text -> {
      Path file = path.apply(text);
      try {
        return required.apply(file);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("is " + file + ", which " + e.getMessage());
      }
    };
  }

  private List<String> fingerprints() {
    List<String> texts = yaml.texts("fingerprints");
    if (texts == null) {
      return List.of();
    }
    for (String text : texts) {
      if (!FINGERPRINT.matcher(text.replace(":", "").strip()).matches()) {
        yaml.complain(
            "fingerprints",
            "has '"
                + PlainText.of(text)
                + "', which is no SHA-256 fingerprint: write its 64 hex digits alone, with or"
                + " without colons");
      }
    }
    return texts;
  }

  private int integer(String key, int defaultValue, int min, int max) {
    return Math.toIntExact(yaml.number(key, defaultValue, min, max));
  }

  private <T> @Nullable T optional(String key, Function<String, T> meaning) {
    return yaml.has(key) ? yaml.required(key, meaning) : null;
  }

  /** A missing one is no. */
  private boolean flag(String key) {
    String text = yaml.text(key);
    if (text != null && !text.equals("true") && !text.equals("false")) {
      yaml.complain(key, "is '" + text + "', write true or false");
    }
    return "true".equals(text);
  }

  /** What is in the address is shown in logs, so that a password must not be. */
  private static URI address(String text) {
    try {
      URI uri = new URI(text);
      boolean plain = uri.getRawUserInfo() == null && uri.getRawQuery() == null;
      if ("https".equalsIgnoreCase(uri.getScheme())
          && uri.getHost() != null
          && uri.getPort() <= MAX_PORT
          && uri.getPort() != 0
          && plain
          && PATHS.contains(uri.getRawPath())) {
        return new URI("https://" + uri.getRawAuthority());
      }
    } catch (URISyntaxException e) {
      // Said below; the text may hold a password.
    }
    throw new IllegalArgumentException(
        "is no address of a vCenter or ESXi host: write it as https://vcenter.example.com, and the"
            + " user as user");
  }

  private static String user(String text) {
    if (text.indexOf('\'') >= 0) {
      throw new IllegalArgumentException("holds a quote: name a user without");
    }
    return text;
  }
}
