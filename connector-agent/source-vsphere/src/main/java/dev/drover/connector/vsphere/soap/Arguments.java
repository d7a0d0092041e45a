package dev.drover.connector.vsphere.soap;

/** What a method is called with, as XML. The order is the schema's: servers insist on it. */
public final class Arguments {
  private final StringBuilder xml = new StringBuilder();

  /** No arguments but the object itself. */
  public static Arguments none() {
    return new Arguments();
  }

  /** An element with a text, which is escaped here. */
  public Arguments text(String name, String value) {
    return open(name).raw(escaped(value)).close(name);
  }

  public Arguments number(String name, long value) {
    return text(name, Long.toString(value));
  }

  public Arguments flag(String name, boolean value) {
    return text(name, Boolean.toString(value));
  }

  /** A reference to an object. */
  public Arguments ref(String name, Moref object) {
    xml.append('<').append(name).append(" type=\"").append(escaped(object.type())).append("\">");
    return raw(escaped(object.value())).close(name);
  }

  public Arguments open(String name) {
    xml.append('<').append(name).append('>');
    return this;
  }

  /** An element whose class is not its schema's. */
  public Arguments open(String name, String type) {
    xml.append('<').append(name).append(" xsi:type=\"").append(type).append("\">");
    return this;
  }

  public Arguments close(String name) {
    xml.append("</").append(name).append('>');
    return this;
  }

  String xml() {
    return xml.toString();
  }

  private Arguments raw(String content) {
    xml.append(content);
    return this;
  }

  /** Without characters that XML 1.0 cannot have; a text of ours never needs them. */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            character -> {
              switch (character) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\t', '\n', '\r' -> escaped.append("&#").append(character).append(';');
                default -> escaped.appendCodePoint(XmlText.isLegal(character) ? character : '?');
              }
            });
    return escaped.toString();
  }
}
