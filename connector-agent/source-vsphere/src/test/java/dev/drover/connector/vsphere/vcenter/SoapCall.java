package dev.drover.connector.vsphere.vcenter;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** A call as it came, refused when its arguments are not those of the schema, in its order. */
record SoapCall(String method, String type, String object, Element arguments) {
  private static final Map<String, String> SIGNATURES =
      Map.ofEntries(
          Map.entry("RetrieveServiceContent", "_this"),
          Map.entry("CurrentTime", "_this"),
          Map.entry("Login", "_this userName password"),
          Map.entry("Logout", "_this"),
          Map.entry("CreateContainerView", "_this container( type)* recursive"),
          Map.entry("DestroyView", "_this"),
          Map.entry("RetrievePropertiesEx", "_this( specSet)+ options"),
          Map.entry("ContinueRetrievePropertiesEx", "_this token"),
          Map.entry("CreateSnapshot_Task", "_this name( description)? memory quiesce"),
          Map.entry("RemoveSnapshot_Task", "_this removeChildren( consolidate)?"),
          Map.entry("ConsolidateVMDisks_Task", "_this"),
          Map.entry("CancelTask", "_this"),
          Map.entry("HasPrivilegeOnEntities", "_this( entity)+ sessionId( privId)*"),
          Map.entry("ExportSnapshot", "_this"),
          Map.entry("HttpNfcLeaseProgress", "_this percent"),
          Map.entry("HttpNfcLeaseComplete", "_this"),
          Map.entry("HttpNfcLeaseAbort", "_this( fault)?"));

  static SoapCall parse(byte[] xml) throws IOException {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
      Element envelope =
          factory.newDocumentBuilder().parse(new ByteArrayInputStream(xml)).getDocumentElement();
      Element call = children(children(envelope).getFirst()).getFirst();
      require("urn:vim25".equals(call.getNamespaceURI()), "namespace");
      String method = call.getLocalName();
      String names =
          children(call).stream().map(Element::getLocalName).collect(Collectors.joining(" "));
      require(
          names.matches(Objects.requireNonNull(SIGNATURES.get(method), method)),
          method + "(" + names + ")");
      Element self = children(call).getFirst();
      return new SoapCall(method, self.getAttribute("type"), self.getTextContent(), call);
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException(e);
    }
  }

  static void require(boolean condition, String what) {
    if (!condition) {
      throw new IllegalArgumentException("not as the schema has it: " + what);
    }
  }

  static List<Element> children(Element of) {
    List<Element> children = new ArrayList<>();
    for (Node at = of.getFirstChild(); at != null; at = at.getNextSibling()) {
      if (at instanceof Element element) {
        children.add(element);
      }
    }
    return children;
  }

  static List<Element> children(Element of, String name) {
    return children(of).stream().filter(child -> child.getLocalName().equals(name)).toList();
  }

  String text(String name) {
    return children(arguments, name).getFirst().getTextContent();
  }
}
