package dev.drover.functions.app;

import dev.drover.functions.state.ServerGroupId;
import dev.drover.protocol.ServerId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server group as somebody wants it.
 *
 * @param id null: the group of that name, or a new one
 */
public record GroupWish(@Nullable ServerGroupId id, @Nullable String name, List<ServerId> servers) {
  /** Keeps its own list. */
  public GroupWish {
    servers = List.copyOf(servers);
  }
}
