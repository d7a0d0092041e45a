package dev.drover.functions.aws;

import static dev.drover.functions.aws.SdkErrors.translatedPages;

import dev.drover.functions.account.ApplicationDiscovery;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.applicationdiscovery.ApplicationDiscoveryClient;
import software.amazon.awssdk.services.applicationdiscovery.model.ConfigurationItemType;
import software.amazon.awssdk.services.applicationdiscovery.model.Filter;

/**
 * {@link ApplicationDiscovery} over ListConfigurations. Its answers are maps of texts; which names
 * there are, and which filters, is documented for people only.
 *
 * <p>Unproven on AWS: the names and the filters are those of the documentation, read, not tried;
 * above all that the filter {@code server.vmWareInfo.morefId} holds the reference as the vSphere
 * API has it.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/application-discovery/latest/userguide/discovery-api-queries.html">output
 *     fields and filters</a>
 */
public final class AdsApplicationDiscovery implements ApplicationDiscovery {
  private static final String APPLICATION_ID = "application.configurationId";
  private static final String SERVER_ID = "server.configurationId";
  private static final String VMWARE_VM = "VMWARE_VM";

  private final ApplicationDiscoveryClient client;

  public AdsApplicationDiscovery(ApplicationDiscoveryClient client) {
    this.client = client;
  }

  @Override
  public List<DiscoveredApp> applications() {
    return list(ConfigurationItemType.APPLICATION)
        .flatMap(
            item ->
                find(item, APPLICATION_ID)
                    .map(
                        id ->
                            new DiscoveredApp(
                                id,
                                find(item, "application.name").orElse(id),
                                find(item, "application.description").orElse(null)))
                    .stream())
        .distinct()
        .toList();
  }

  @Override
  public List<DiscoveredServer> servers(String applicationId) {
    return list(
            ConfigurationItemType.SERVER,
            equalTo("server.application.configurationId", applicationId))
        .flatMap(
            item ->
                find(item, SERVER_ID)
                    .map(
                        id ->
                            new DiscoveredServer(
                                id,
                                find(item, "server.hostName").orElse(null),
                                VMWARE_VM.equals(item.get("server.type"))))
                    .stream())
        .toList();
  }

  @Override
  public boolean isVm(String serverId, String moRef) {
    return list(
            ConfigurationItemType.SERVER,
            equalTo(SERVER_ID, serverId),
            equalTo("server.vmWareInfo.morefId", moRef))
        .anyMatch(item -> serverId.equals(item.get(SERVER_ID)));
  }

  /** Items that every filter lets through. */
  private Stream<Map<String, String>> list(ConfigurationItemType type, Filter... filters) {
    return translatedPages(
            client.listConfigurationsPaginator(
                request -> request.configurationType(type).filters(filters)))
        .flatMap(page -> page.configurations().stream());
  }

  private static Filter equalTo(String name, String value) {
    return Filter.builder().name(name).condition("EQUALS").values(value).build();
  }

  private static Optional<String> find(Map<String, String> item, String name) {
    @Nullable String value = item.get(name);
    return Optional.ofNullable(value).filter(text -> !text.isBlank());
  }
}
