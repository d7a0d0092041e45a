package dev.drover.functions.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.applicationdiscovery.ApplicationDiscoveryClient;
import software.amazon.awssdk.services.applicationdiscovery.model.ApplicationDiscoveryException;
import software.amazon.awssdk.services.applicationdiscovery.model.ConfigurationItemType;
import software.amazon.awssdk.services.applicationdiscovery.model.Filter;
import software.amazon.awssdk.services.applicationdiscovery.model.InvalidParameterException;
import software.amazon.awssdk.services.applicationdiscovery.model.ListConfigurationsRequest;
import software.amazon.awssdk.services.applicationdiscovery.model.ListConfigurationsResponse;

/**
 * ListConfigurations as it is documented: two items a page, the documented filters of servers only,
 * and nothing in the answer but the documented fields.
 */
final class FakeDiscovery implements ApplicationDiscoveryClient {
  private static final int PAGE = 2;
  private static final String APPLICATION_FILTER = "server.application.configurationId";
  private static final String MOREF_FILTER = "server.vmWareInfo.morefId";
  private static final String SERVER_ID = "server.configurationId";

  /** What a server can be found by and is not shown. */
  private static final Set<String> HIDDEN = Set.of(APPLICATION_FILTER, MOREF_FILTER);

  private final List<Map<String, String>> applications = new ArrayList<>();
  private final List<Map<String, String>> servers = new ArrayList<>();
  private @Nullable ApplicationDiscoveryException failure;

  void application(Map<String, String> attributes) {
    applications.add(attributes);
  }

  void server(Map<String, String> attributes) {
    servers.add(attributes);
  }

  void fail(ApplicationDiscoveryException with) {
    failure = with;
  }

  @Override
  public ListConfigurationsResponse listConfigurations(ListConfigurationsRequest request) {
    if (failure != null) {
      throw failure;
    }
    boolean ofServers = request.configurationType() == ConfigurationItemType.SERVER;
    if (!ofServers && request.configurationType() != ConfigurationItemType.APPLICATION) {
      throw refused("configurationType " + request.configurationTypeAsString());
    }
    List<Map<String, String>> found =
        (ofServers ? servers : applications)
            .stream()
                .filter(
                    request.filters().stream()
                        .map(filter -> matches(filter, ofServers))
                        .reduce(item -> true, Predicate::and))
                .map(FakeDiscovery::shown)
                .toList();
    int from = request.nextToken() == null ? 0 : Integer.parseInt(request.nextToken());
    int to = Math.min(found.size(), from + PAGE);
    return ListConfigurationsResponse.builder()
        .configurations(found.subList(from, to))
        .nextToken(to < found.size() ? Integer.toString(to) : null)
        .build();
  }

  private static Predicate<Map<String, String>> matches(Filter filter, boolean ofServers) {
    if (!ofServers
        || !Set.of(SERVER_ID, APPLICATION_FILTER, MOREF_FILTER).contains(filter.name())) {
      throw refused("filter " + filter.name());
    }
    if (!filter.condition().equals("EQUALS") || filter.values().size() != 1) {
      throw refused(filter.toString());
    }
    return item -> filter.values().getFirst().equals(item.get(filter.name()));
  }

  private static Map<String, String> shown(Map<String, String> item) {
    return item.entrySet().stream()
        .filter(attribute -> !HIDDEN.contains(attribute.getKey()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static InvalidParameterException refused(String what) {
    return InvalidParameterException.builder().message(what + " is not documented").build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
