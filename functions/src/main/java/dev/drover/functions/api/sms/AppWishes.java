package dev.drover.functions.api.sms;

import dev.drover.functions.api.ApiError;
import dev.drover.functions.api.ApiException;
import dev.drover.functions.api.Caller;
import dev.drover.functions.app.AppCreation;
import dev.drover.functions.app.AppLimits;
import dev.drover.functions.app.AppUpdate;
import dev.drover.functions.app.GroupWish;
import dev.drover.functions.app.Membership;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.ServerGroupId;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.ServerId;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sms.model.CreateAppRequest;
import software.amazon.awssdk.services.sms.model.Server;
import software.amazon.awssdk.services.sms.model.ServerGroup;
import software.amazon.awssdk.services.sms.model.Tag;
import software.amazon.awssdk.services.sms.model.UpdateAppRequest;

/** Checks what CreateApp and UpdateApp are asked for: the clients check next to nothing. */
final class AppWishes {
  /** The model names no limit. */
  static final int MAX_NAME_CHARS = 255;

  /** EC2 takes 50 tags on a resource; Drover's own are ten at most. */
  static final int MAX_TAGS = 40;

  /**
   * What a tag may be.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions">Tag
   *     restrictions</a>
   */
  static final int MAX_TAG_KEY_CHARS = 128;

  static final int MAX_TAG_VALUE_CHARS = 256;

  private static final List<String> RESERVED_PREFIXES = List.of("aws:", "drover:");

  private final AppLimits limits;

  AppWishes(AppLimits limits) {
    this.limits = limits;
  }

  AppCreation.Wish read(CreateAppRequest request, Caller caller) {
    List<GroupWish> groups = groups(request.serverGroups());
    Parameters.require(
        groups.stream().allMatch(group -> group.id() == null),
        "a server group of serverGroups has a serverGroupId; a new group gets its own");
    return new AppCreation.Wish(
        about(request.name(), request.description(), request.roleName()),
        groups,
        tags(request.tags()),
        request(request.clientToken(), caller),
        null);
  }

  AppUpdate.Wish read(UpdateAppRequest request) {
    return new AppUpdate.Wish(
        id(request.appId()),
        about(request.name(), request.description(), request.roleName()),
        request.hasServerGroups() ? groups(request.serverGroups()) : null,
        request.hasTags() ? tags(request.tags()) : null);
  }

  /** The id of an application; what has not the shape of one names none. */
  static AppId id(@Nullable String text) {
    String id = Parameters.required("appId", text);
    try {
      return new AppId(id);
    } catch (InvalidMessageException e) {
      throw noSuchApp(id);
    }
  }

  /** The model has no error of its own for it. */
  static ApiException noSuchApp(String id) {
    return Parameters.invalid("there is no application " + ApiError.shown(id));
  }

  /** A token that the caller gave, or else the one that its client keeps over its retries. */
  private static @Nullable String request(@Nullable String clientToken, Caller caller) {
    if (clientToken == null) {
      return caller.requestToken() == null ? null : "invocation " + caller.requestToken();
    }
    Parameters.require(!clientToken.isBlank(), "clientToken is empty");
    Parameters.requireShort("clientToken", clientToken);
    return "token " + clientToken;
  }

  private static App.About about(
      @Nullable String name, @Nullable String description, @Nullable String roleName) {
    requireName("name", name);
    Parameters.requirePrintable("description", description);
    Parameters.requirePrintable("roleName", roleName);
    return new App.About(name, description, roleName);
  }

  private static void requireName(String member, @Nullable String name) {
    Parameters.require(name == null || !name.isBlank(), member + " is empty");
    requireAtMost(member, name, MAX_NAME_CHARS);
    Parameters.requirePrintable(member, name);
  }

  private static void requireAtMost(String member, @Nullable String text, int maxChars) {
    Parameters.require(
        text == null || text.length() <= maxChars,
        member + " is longer than " + maxChars + " characters");
  }

  private List<GroupWish> groups(List<ServerGroup> groups) {
    requireWithin("server groups", groups.size(), limits.serverGroups(), "drover:maxServerGroups");
    List<GroupWish> wishes = groups.stream().map(AppWishes::group).toList();
    List<ServerId> servers = wishes.stream().flatMap(group -> group.servers().stream()).toList();
    requireWithin("servers", servers.size(), limits.servers(), "drover:maxServersOfApplication");
    Set<Object> seen = new HashSet<>();
    servers.forEach(
        server -> Parameters.require(seen.add(server), "server " + server + " is named twice"));
    wishes.stream()
        .map(GroupWish::id)
        .forEach(
            id ->
                Parameters.require(
                    id == null || seen.add(id), "server group " + id + " is named twice"));
    return wishes;
  }

  private static void requireWithin(String things, int count, int most, String setting) {
    Parameters.require(
        count <= most,
        "serverGroups has %d %s, at most %d, which this deployment allows (%s)"
            .formatted(count, things, most, setting));
  }

  private static GroupWish group(ServerGroup group) {
    requireName("the name of a server group", group.name());
    return new GroupWish(
        groupId(group.serverGroupId()),
        group.name(),
        group.serverList().stream().map(AppWishes::serverId).toList());
  }

  private static @Nullable ServerGroupId groupId(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return new ServerGroupId(text);
    } catch (InvalidMessageException e) {
      throw noSuchGroup(text);
    }
  }

  /** The application's server group of that id. */
  static App.ServerGroup group(App app, String id) {
    return app.groups().stream()
        .filter(group -> group.id().value().equals(id))
        .findFirst()
        .orElseThrow(() -> noSuchGroup(id));
  }

  private static ApiException noSuchGroup(String id) {
    return Parameters.invalid("there is no server group " + ApiError.shown(id));
  }

  static ServerId serverId(@Nullable Server server) {
    String text =
        Parameters.required("serverId of each server", server == null ? null : server.serverId());
    try {
      return new ServerId(text);
    } catch (InvalidMessageException e) {
      throw Parameters.invalid(Membership.notInCatalog(ApiError.shown(text)));
    }
  }

  private static List<App.Tag> tags(List<Tag> tags) {
    Parameters.require(
        tags.size() <= MAX_TAGS, "there are " + tags.size() + " tags, at most " + MAX_TAGS);
    Set<String> keys = new HashSet<>();
    return tags.stream().map(tag -> tag(keys, tag)).toList();
  }

  private static App.Tag tag(Set<String> keys, Tag tag) {
    String key = Parameters.required("key of each tag", tag.key());
    requireAtMost("the key of a tag", key, MAX_TAG_KEY_CHARS);
    Parameters.requirePrintable("the key of a tag", key);
    Parameters.require(keys.add(key), "the tag " + ApiError.shown(key) + " is given twice");
    for (String reserved : RESERVED_PREFIXES) {
      Parameters.require(
          !key.toLowerCase(Locale.ROOT).startsWith(reserved),
          "the tag " + ApiError.shown(key) + " begins with " + reserved + ", which is reserved");
    }
    String value = tag.value() == null ? "" : tag.value();
    requireAtMost("the value of the tag " + ApiError.shown(key), value, MAX_TAG_VALUE_CHARS);
    Parameters.requirePrintable("the value of the tag " + ApiError.shown(key), value);
    return new App.Tag(key, value);
  }
}
