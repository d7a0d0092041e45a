package dev.drover.connector.vsphere;

import dev.drover.connector.vsphere.soap.Element;
import dev.drover.connector.vsphere.soap.Moref;
import dev.drover.connector.vsphere.soap.Properties;
import dev.drover.connector.vsphere.soap.PropertySet;
import dev.drover.connector.vsphere.soap.VimClient;
import java.util.List;
import java.util.Optional;

/** What is free on the datastores of a VM, where its snapshot grows. */
final class FreeSpace {
  private static final int GIB_SHIFT = 30;

  private final Properties properties;
  private final int minPercent;

  FreeSpace(VimClient vim, int minPercent) {
    this.properties = new Properties(vim);
    this.minPercent = minPercent;
  }

  /**
   * The first datastore of a VM that has too little, in words without an end; empty where all have
   * enough. One that the user may not see is not judged.
   */
  Optional<String> shortage(Machine machine) {
    if (minPercent == 0) {
      return Optional.empty();
    }
    return datastores(machine.id().reference()).stream()
        .map(store -> properties.of(store, "summary.name", "summary.freeSpace", "summary.capacity"))
        .flatMap(store -> shortage(machine, store).stream())
        .findFirst();
  }

  private List<Moref> datastores(Moref vm) {
    return properties
        .of(vm, "datastore")
        .find("datastore")
        .map(all -> all.children("ManagedObjectReference").stream().map(Element::ref).toList())
        .orElse(List.of());
  }

  private Optional<String> shortage(Machine machine, PropertySet store) {
    Long free = store.number("summary.freeSpace");
    Long capacity = store.number("summary.capacity");
    if (free == null || capacity == null || free >= capacity / 100 * minPercent) {
      return Optional.empty();
    }
    return Optional.of(
        "The datastore '"
            + InventoryName.decoded(store.text("summary.name"))
            + "' of the VM '"
            + machine.name()
            + "' ("
            + machine.id().moref()
            + ") has "
            + (free >> GIB_SHIFT)
            + " of "
            + (capacity >> GIB_SHIFT)
            + " GiB free, less than the "
            + minPercent
            + " % of source.minFreePercent");
  }
}
