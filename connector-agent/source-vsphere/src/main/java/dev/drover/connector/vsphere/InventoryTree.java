package dev.drover.connector.vsphere;

import dev.drover.connector.vsphere.soap.Moref;
import dev.drover.connector.vsphere.soap.Properties;
import dev.drover.connector.vsphere.soap.PropertySet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The folders, datacenters and vApps in which VMs stand; there are few of them beside the VMs. */
final class InventoryTree {
  /** vSphere allows no deeper trees, and a circle must end somewhere. */
  private static final int MAX_DEPTH = 64;

  private final Map<Moref, Node> nodes = new HashMap<>();

  private record Node(String name, @Nullable Moref parent) {}

  /** Reads the tree as far as the user may see it. */
  static InventoryTree read(Properties properties) {
    InventoryTree tree = new InventoryTree();
    properties.ofAll(
        Map.of(
            "Folder", List.of("name", "parent"),
            "Datacenter", List.of("name", "parent"),
            "VirtualApp", List.of("name", "parent", "parentFolder")),
        tree::add);
    return tree;
  }

  private void add(PropertySet node) {
    Moref folder = node.ref("parentFolder");
    nodes.put(
        node.object(),
        new Node(
            InventoryName.decoded(node.text("name")),
            folder == null ? node.ref("parent") : folder));
  }

  /** For example {@code /Cologne/vm/production/web}; the root folder has no name there. */
  String path(Machine machine) {
    StringBuilder path = new StringBuilder("/" + machine.name());
    Node at = machine.parent() == null ? null : nodes.get(machine.parent());
    for (int depth = 0; at != null && depth < MAX_DEPTH; depth++) {
      path.insert(0, "/" + at.name());
      at = at.parent() == null ? null : nodes.get(at.parent());
    }
    return path.toString();
  }
}
