package dev.drover.local.torture.fault;

import dev.drover.local.torture.site.Connector;
import dev.drover.local.torture.site.Customer;
import dev.drover.local.torture.site.FolderGuest;
import dev.drover.local.torture.site.SimulatorControl;
import dev.drover.local.torture.site.TorturedCloud;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What faults can reach. */
public final class World {
  private final TorturedCloud cloud;
  private final Connector folder;
  private final Connector vcenter;
  private final SimulatorControl vcenterControl;
  private final List<FolderGuest> folderGuests;
  private final List<Customer> customers;
  private final List<Runnable> later = Collections.synchronizedList(new ArrayList<>());

  /**
   * Of a cloud.
   *
   * @param folder the connector over the folder
   * @param vcenter the one on the simulated vCenter
   */
  public World(
      TorturedCloud cloud,
      Connector folder,
      Connector vcenter,
      SimulatorControl vcenterControl,
      List<FolderGuest> folderGuests,
      List<Customer> customers) {
    this.cloud = cloud;
    this.folder = folder;
    this.vcenter = vcenter;
    this.vcenterControl = vcenterControl;
    this.folderGuests = List.copyOf(folderGuests);
    this.customers = List.copyOf(customers);
  }

  public TorturedCloud cloud() {
    return cloud;
  }

  public List<Connector> connectors() {
    return List.of(folder, vcenter);
  }

  public Connector folder() {
    return folder;
  }

  public SimulatorControl vcenterControl() {
    return vcenterControl;
  }

  public List<FolderGuest> folderGuests() {
    return folderGuests;
  }

  public List<Customer> customers() {
    return customers;
  }

  /** What is to be done when all runs are over. */
  void later(Runnable deed) {
    later.add(deed);
  }

  /**
   * Does it.
   *
   * @return how many deeds there were
   */
  public int doWhatCameLater() {
    List<Runnable> deeds = List.copyOf(later);
    later.clear();
    deeds.forEach(Runnable::run);
    return deeds.size();
  }
}
