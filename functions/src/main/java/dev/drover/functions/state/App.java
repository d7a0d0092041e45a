package dev.drover.functions.state;

import dev.drover.protocol.ServerId;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An application: groups of servers that are replicated and launched together. A server is in one
 * application at most, see {@link Servers#join}.
 *
 * @param groups in the order in which their tiers come
 * @param tags by key, each key once, as the caller ordered them
 * @param revision grows with each write, so that a write is refused that has not seen the newest
 */
public record App(
    AppId id,
    About about,
    List<ServerGroup> groups,
    List<Tag> tags,
    History history,
    long revision) {

  /** Keeps its own lists. */
  public App {
    groups = List.copyOf(groups);
    tags = List.copyOf(tags);
  }

  /** What people say of it. */
  public record About(
      @Nullable String name, @Nullable String description, @Nullable String roleName) {}

  /** A tier: its servers are launched together. */
  public record ServerGroup(ServerGroupId id, @Nullable String name, List<ServerId> servers) {
    /** Keeps its own list. */
    public ServerGroup {
      servers = List.copyOf(servers);
    }
  }

  /** A tag of the application, and of all that is made for it. */
  public record Tag(String key, String value) {}

  /**
   * How it came to be what it is.
   *
   * @param request names the request that made it, so that its repetition finds it; null: none does
   */
  public record History(Instant createdAt, Instant lastModified, @Nullable String request) {}

  /** All its servers, group by group. */
  public Stream<ServerId> servers() {
    return groups.stream().flatMap(group -> group.servers().stream());
  }

  /** The same application as somebody wants it to be. */
  public App changed(About newAbout, List<ServerGroup> newGroups, List<Tag> newTags, Instant at) {
    return new App(
        id,
        newAbout,
        newGroups,
        newTags,
        new History(history.createdAt(), at, history.request()),
        revision);
  }
}
