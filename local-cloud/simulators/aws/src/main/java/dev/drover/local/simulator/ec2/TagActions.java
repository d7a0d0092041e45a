package dev.drover.local.simulator.ec2;

import dev.drover.local.simulator.image.ImageRecord;
import dev.drover.local.simulator.image.ImageStore;
import dev.drover.local.simulator.instance.InstanceRecord;
import dev.drover.local.simulator.instance.InstanceStore;
import dev.drover.local.simulator.instance.VolumeRecord;
import dev.drover.local.simulator.snapshot.Snapshot;
import dev.drover.local.simulator.snapshot.SnapshotStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** CreateTags, DeleteTags and DescribeTags for snapshots, images, instances and their volumes. */
final class TagActions {
  private static final String SNAPSHOT = "snapshot";
  private static final String IMAGE = "image";
  private static final String INSTANCE = "instance";
  private static final String VOLUME = "volume";
  private static final Set<String> OWN_TYPES = Set.of(SNAPSHOT, IMAGE, INSTANCE, VOLUME);

  private final SnapshotStore snapshots;
  private final ImageStore images;
  private final InstanceStore instances;

  TagActions(SnapshotStore snapshots, ImageStore images, InstanceStore instances) {
    this.instances = instances;
    this.snapshots = snapshots;
    this.images = images;
  }

  /** Idempotent: the same tags again change nothing. */
  void create(QueryParameters parameters, XmlElement answer) throws IOException {
    List<Tagged> resources = resources(parameters);
    Map<String, String> tags = TagSet.of(parameters);
    parameters.refuseUnknown();
    for (Tagged resource : resources) {
      Map<String, String> all = new TreeMap<>(resource.tags());
      all.putAll(tags);
      replace(resource, TagSet.checkCount(all));
    }
    answer.text("return", true);
  }

  /** A tag that is given with a value goes only if that is its value; no tags at all: all go. */
  void delete(QueryParameters parameters, XmlElement answer) throws IOException {
    List<Tagged> resources = resources(parameters);
    List<QueryParameters> doomed = parameters.elements("Tag");
    for (Tagged resource : resources) {
      Map<String, String> rest = new TreeMap<>(resource.tags());
      for (QueryParameters tag : doomed) {
        String key = tag.required("Key");
        Optional<String> value = tag.text("Value");
        rest.computeIfPresent(
            key, (_, old) -> value.isEmpty() || value.get().equals(old) ? null : old);
      }
      replace(resource, doomed.isEmpty() ? Map.of() : rest);
    }
    parameters.refuseUnknown();
    answer.text("return", true);
  }

  void describe(QueryParameters parameters, XmlElement answer) {
    Filters filters = Filters.of(parameters);
    Paging paging = Paging.of(parameters, false);
    parameters.refuseUnknown();
    List<OneTag> matching = new ArrayList<>();
    for (Tagged resource : all()) {
      resource
          .tags()
          .forEach(
              (key, value) -> {
                OneTag tag = new OneTag(resource, key, value);
                if (filters.accept(tag::attribute, Map.of(key, value))) {
                  matching.add(tag);
                }
              });
    }
    Paging.Page<OneTag> page = paging.page(matching, OneTag::id);
    answer.items("tagSet", page.items(), TagActions::describe);
    answer.text("nextToken", page.nextToken().orElse(null));
  }

  /** Whether the call names resources that only the simulator can have. */
  boolean ownsResources(QueryParameters parameters) {
    List<String> ids = parameters.texts("ResourceId");
    return ids.isEmpty() || ids.stream().anyMatch(this::isOwn);
  }

  /** Whether DescribeTags asks for resources of these kinds only. */
  boolean ownsFilters(QueryParameters parameters) {
    Filters filters = Filters.of(parameters);
    return filters.allValuesMatch("resource-type", OWN_TYPES)
        || filters.allValuesMatch("resource-id", ownIds());
  }

  private boolean isOwn(String id) {
    return id.startsWith("snap-")
        || images.knows(id)
        || instances.find(id).isPresent()
        || instances.findVolume(id).isPresent();
  }

  private Set<String> ownIds() {
    return Set.copyOf(all().stream().map(Tagged::id).toList());
  }

  private List<Tagged> resources(QueryParameters parameters) {
    List<String> ids = parameters.texts("ResourceId");
    if (ids.isEmpty()) {
      throw Ec2Refusal.of("MissingParameter", "The request must contain the parameter ResourceId");
    }
    return ids.stream().map(this::find).toList();
  }

  private Tagged find(String id) {
    Optional<Tagged> snapshot = snapshots.find(id).map(Tagged.OfSnapshot::new);
    Optional<Tagged> image = images.find(id).map(Tagged.OfImage::new);
    Optional<Tagged> instance = instances.find(id).map(Tagged.OfInstance::new);
    Optional<Tagged> volume = instances.findVolume(id).map(Tagged.OfVolume::new);
    return snapshot
        .or(() -> image)
        .or(() -> instance)
        .or(() -> volume)
        .orElseThrow(() -> notFound(id));
  }

  private static Ec2Refusal notFound(String id) {
    return switch (id.substring(0, id.indexOf('-') + 1)) {
      case "ami-" -> Ec2Refusal.imageNotFound(id);
      case "i-" -> Ec2Refusal.instanceNotFound(id);
      case "vol-" -> Ec2Refusal.volumeNotFound(id);
      default -> Ec2Refusal.snapshotNotFound(id);
    };
  }

  private List<Tagged> all() {
    List<Tagged> all = new ArrayList<>();
    snapshots.list().forEach(snapshot -> all.add(new Tagged.OfSnapshot(snapshot)));
    images.list().forEach(image -> all.add(new Tagged.OfImage(image)));
    instances.list().forEach(instance -> all.add(new Tagged.OfInstance(instance)));
    instances.volumes().forEach(volume -> all.add(new Tagged.OfVolume(volume)));
    return all;
  }

  private void replace(Tagged resource, Map<String, String> tags) throws IOException {
    switch (resource) {
      case Tagged.OfSnapshot(Snapshot snapshot) -> snapshots.replaceTags(snapshot, tags);
      case Tagged.OfImage(ImageRecord image) -> images.replaceTags(image, tags);
      case Tagged.OfInstance(InstanceRecord instance) -> instances.save(instance.withTags(tags));
      case Tagged.OfVolume(VolumeRecord volume) -> instances.save(volume.withTags(tags));
    }
  }

  private static void describe(XmlElement item, OneTag tag) {
    item.text("resourceId", tag.resource().id())
        .text("resourceType", tag.resource().type())
        .text("key", tag.key())
        .text("value", tag.value());
  }

  /** What can carry tags here. */
  private sealed interface Tagged {
    String id();

    String type();

    Map<String, String> tags();

    record OfSnapshot(Snapshot snapshot) implements Tagged {
      @Override
      public String id() {
        return snapshot.id();
      }

      @Override
      public String type() {
        return SNAPSHOT;
      }

      @Override
      public Map<String, String> tags() {
        return snapshot.tags();
      }
    }

    record OfImage(ImageRecord image) implements Tagged {
      @Override
      public String id() {
        return image.id();
      }

      @Override
      public String type() {
        return IMAGE;
      }

      @Override
      public Map<String, String> tags() {
        return image.tags();
      }
    }

    record OfInstance(InstanceRecord instance) implements Tagged {
      @Override
      public String id() {
        return instance.id();
      }

      @Override
      public String type() {
        return INSTANCE;
      }

      @Override
      public Map<String, String> tags() {
        return instance.tags();
      }
    }

    record OfVolume(VolumeRecord volume) implements Tagged {
      @Override
      public String id() {
        return volume.id();
      }

      @Override
      public String type() {
        return VOLUME;
      }

      @Override
      public Map<String, String> tags() {
        return volume.tags();
      }
    }
  }

  private record OneTag(Tagged resource, String key, String value) {
    private String id() {
      return resource.id() + " " + key;
    }

    private Collection<String> attribute(String filter) {
      return switch (filter) {
        case "resource-id" -> Filters.only(resource.id());
        case "resource-type" -> Filters.only(resource.type());
        case "key" -> Filters.only(key);
        case "value" -> Filters.only(value);
        default -> throw Filters.unknown(filter);
      };
    }
  }
}
