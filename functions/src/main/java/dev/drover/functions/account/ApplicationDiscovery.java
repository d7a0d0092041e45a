package dev.drover.functions.account;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The applications that somebody put together of what AWS Application Discovery Service found on
 * the site. Each method tells a {@link RefusedException} where the account has no home Region, or
 * the function has not the right.
 */
public interface ApplicationDiscovery {
  /** Every application, each once, in no order. */
  List<DiscoveredApp> applications();

  /** The servers of an application, in no order; none where there is no such application. */
  List<DiscoveredServer> servers(String applicationId);

  /**
   * Whether a discovered server is known to be that VM of a vCenter; of a server that an agent
   * found, or a list brought without it, discovery does not know it.
   *
   * @param moRef the vCenter's own reference of the VM, for example {@code vm-49}
   */
  boolean isVm(String serverId, String moRef);

  /**
   * An application.
   *
   * @param id for example {@code d-application-0282ccd1ba7c211ca}
   * @param name for people; any text
   * @param description for people, any text; null: it has none
   */
  record DiscoveredApp(String id, String name, @Nullable String description) {}

  /**
   * A server.
   *
   * @param id for example {@code d-server-099385097ef9fbcfb}
   * @param hostName as the server calls itself, with or without its domain; null: not known
   * @param isVmwareVm whether it was found as a VM of a vCenter
   */
  record DiscoveredServer(String id, @Nullable String hostName, boolean isVmwareVm) {}
}
