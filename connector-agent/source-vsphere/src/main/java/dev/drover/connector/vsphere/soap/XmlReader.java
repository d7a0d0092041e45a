package dev.drover.connector.vsphere.soap;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads an answer's XML. It has no document type, so no entity of it is ever resolved. */
final class XmlReader {
  /** The deepest answers, snapshot trees, may have 32 levels of two elements each. */
  private static final int MAX_DEPTH = 256;

  private static final XMLInputFactory FACTORY = factory();

  private XmlReader() {}

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    factory.setXMLResolver(
        (_, _, _, _) -> {
          throw new XMLStreamException("an answer has no entities");
        });
    return factory;
  }

  /** The root element. */
  static Element read(byte[] xml) {
    String text = XmlText.of(xml);
    try {
      XMLStreamReader reader = FACTORY.createXMLStreamReader(new StringReader(text));
      try {
        return read(reader);
      } finally {
        reader.close();
      }
    } catch (XMLStreamException e) {
      throw new InvalidAnswerException("it is not XML");
    }
  }

  private static Element read(XMLStreamReader reader) throws XMLStreamException {
    Element root = new Element("", null, null);
    Deque<Element> open = new ArrayDeque<>();
    open.push(root);
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          Element element = element(reader);
          open.getFirst().add(element);
          open.push(element);
          if (open.size() > MAX_DEPTH) {
            throw new InvalidAnswerException("its elements are nested too deeply");
          }
        }
        case XMLStreamConstants.END_ELEMENT -> open.pop();
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
          if (!reader.isWhiteSpace()) {
            open.getFirst().setText(reader.getText());
          }
        }
        case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
            throw new InvalidAnswerException("it has a document type or entities");
        default -> {
          // Comments and the like say nothing.
        }
      }
    }
    return root.children().getFirst();
  }

  private static Element element(XMLStreamReader reader) {
    String type = reader.getAttributeValue(XMLConstants.W3C_XML_SCHEMA_INSTANCE_NS_URI, "type");
    return new Element(
        reader.getLocalName(),
        type == null ? null : type.substring(type.indexOf(':') + 1),
        reader.getAttributeValue("", "type"));
  }
}
