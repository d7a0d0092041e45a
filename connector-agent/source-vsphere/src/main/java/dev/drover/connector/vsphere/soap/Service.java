package dev.drover.connector.vsphere.soap;

/**
 * What a vCenter or host says of itself before anybody logs in.
 *
 * @param action the API's version, as each call names it
 * @param description for example {@code VMware vCenter Server 8.0.3 build-24022515}
 * @param isVcenter whether it is one; a single ESXi host has the same API
 * @param instanceUuid what tells a vCenter from all others; empty on a host
 */
public record Service(
    String action,
    String description,
    boolean isVcenter,
    String instanceUuid,
    Moref rootFolder,
    Moref sessionManager,
    Moref propertyCollector,
    Moref viewManager,
    Moref authorizationManager) {

  /** From a ServiceContent. */
  static Service of(Element content, String action) {
    return new Service(
        action,
        content.text("about.fullName"),
        content.text("about.apiType").equals("VirtualCenter"),
        content.text("about.instanceUuid"),
        content.get("rootFolder").ref(),
        content.get("sessionManager").ref(),
        content.get("propertyCollector").ref(),
        content.get("viewManager").ref(),
        content.get("authorizationManager").ref());
  }
}
