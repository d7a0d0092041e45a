package dev.drover.connector.vsphere.soap;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A version of the vSphere API. Answers have the shapes of the version that is asked for, so the
 * oldest that serves is asked for everywhere: 6.5, and on a server that has given it up the oldest
 * one after it.
 *
 * @param text for example {@code 6.5} or {@code 8.0.2.0}
 */
record ApiVersion(String text) {
  private static final ApiVersion WANTED = new ApiVersion("6.5");
  private static final Pattern SHAPE = Pattern.compile("([0-9]{1,4})\\.([0-9]{1,4})(\\.[0-9.]*)?");

  /** As the header SOAPAction has it. */
  String action() {
    return "urn:vim25/" + text;
  }

  /**
   * The version to ask a server for.
   *
   * @param xml what it serves as {@code /sdk/vimServiceVersions.xml}; empty when it serves none
   */
  static ApiVersion choose(byte[] xml) {
    if (xml.length == 0) {
      return WANTED;
    }
    List<ApiVersion> offered = offered(xml);
    if (offered.isEmpty() || offered.contains(WANTED)) {
      return WANTED;
    }
    return offered.stream()
        .filter(version -> version.order() >= WANTED.order())
        .reduce((one, other) -> one.order() <= other.order() ? one : other)
        .orElseThrow(
            () ->
                new InvalidAnswerException(
                    "its newest API is "
                        + offered.getFirst().text()
                        + ", Drover needs vSphere 6.5 or later"));
  }

  private static List<ApiVersion> offered(byte[] xml) {
    return XmlReader.read(xml).children("namespace").stream()
        .filter(namespace -> namespace.text("name").equals("urn:vim25"))
        .flatMap(
            namespace ->
                Stream.concat(
                    Stream.of(namespace.text("version")),
                    namespace.find("priorVersions").stream()
                        .flatMap(prior -> prior.children("version").stream())
                        .map(Element::text)))
        .filter(text -> SHAPE.matcher(text).matches())
        .map(ApiVersion::new)
        .toList();
  }

  private int order() {
    Matcher parts = SHAPE.matcher(text);
    return parts.matches()
        ? Integer.parseInt(parts.group(1)) * 10_000 + Integer.parseInt(parts.group(2))
        : 0;
  }
}
