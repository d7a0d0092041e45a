package dev.drover.local.simulator.ec2;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;

/** The content of an element of an EC2 answer while it is written. */
final class XmlElement {
  private static final String NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final XMLStreamWriter writer;

  private XmlElement(XMLStreamWriter writer) {
    this.writer = writer;
  }

  /** A whole document in EC2's namespace. */
  static byte[] document(String root, Consumer<XmlElement> content) {
    return document(
        root,
        element -> {
          element.attribute("xmlns", NAMESPACE);
          content.accept(element);
        },
        new StringWriter());
  }

  /** Errors have no namespace. */
  static byte[] errorDocument(String code, String message, String requestId) {
    return document(
        "Response",
        response ->
            response
                .element(
                    "Errors",
                    errors ->
                        errors.element(
                            "Error", error -> error.text("Code", code).text("Message", message)))
                .text("RequestID", requestId),
        new StringWriter());
  }

  private static byte[] document(String root, Consumer<XmlElement> content, StringWriter out) {
    try {
      XMLStreamWriter writer = XMLOutputFactory.newFactory().createXMLStreamWriter(out);
      writer.writeStartDocument("UTF-8", "1.0");
      new XmlElement(writer).element(root, content);
      writer.writeEndDocument();
      writer.close();
      return out.toString().getBytes(StandardCharsets.UTF_8);
    } catch (XMLStreamException impossible) {
      throw new IllegalStateException("a document in memory can always be written", impossible);
    }
  }

  /** Writes {@code <name>value</name>}, or nothing when there is no value. */
  XmlElement text(String name, @Nullable Object value) {
    if (value != null) {
      element(name, element -> element.characters(value.toString()));
    }
    return this;
  }

  XmlElement time(String name, Instant value) {
    return text(name, TIME.format(value));
  }

  XmlElement element(String name, Consumer<XmlElement> content) {
    try {
      writer.writeStartElement(name);
      content.accept(this);
      writer.writeEndElement();
    } catch (XMLStreamException impossible) {
      throw new IllegalStateException("writing " + name, impossible);
    }
    return this;
  }

  /** Writes {@code <name><item>…</item>…</name>}. */
  <T> XmlElement items(String name, Collection<T> items, BiConsumer<XmlElement, T> content) {
    return element(
        name,
        list -> items.forEach(item -> list.element("item", one -> content.accept(one, item))));
  }

  XmlElement tags(Map<String, String> tags) {
    return items(
        "tagSet",
        tags.entrySet(),
        (item, tag) -> item.text("key", tag.getKey()).text("value", tag.getValue()));
  }

  private void characters(String text) {
    try {
      writer.writeCharacters(text);
    } catch (XMLStreamException impossible) {
      throw new IllegalStateException("writing " + text, impossible);
    }
  }

  private void attribute(String name, String value) {
    try {
      writer.writeAttribute(name, value);
    } catch (XMLStreamException impossible) {
      throw new IllegalStateException("writing " + name, impossible);
    }
  }
}
