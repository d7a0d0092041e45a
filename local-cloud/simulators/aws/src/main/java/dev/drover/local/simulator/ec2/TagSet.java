package dev.drover.local.simulator.ec2;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Tags as Query parameters carry them. */
final class TagSet {
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html
  static final int MAX_TAGS = 50;
  private static final int MAX_KEY_CHARS = 127;
  private static final int MAX_VALUE_CHARS = 256;

  private TagSet() {}

  static Map<String, String> of(QueryParameters parameters) {
    Map<String, String> tags = new TreeMap<>();
    for (QueryParameters tag : parameters.elements("Tag")) {
      String key = tag.required("Key");
      String value = tag.text("Value").orElse("");
      checkTag(key, value, parameters.fromCloudFormation());
      if (tags.put(key, value) != null) {
        throw Ec2Refusal.invalidValue("Duplicate tag key '" + key + "' specified.");
      }
    }
    return checkCount(tags);
  }

  /** The tags of the {@code TagSpecification.N} for a type of resource; others are refused. */
  static Map<String, String> specified(QueryParameters parameters, String resourceType) {
    return specified(parameters, resourceType, Set.of(resourceType));
  }

  /** The same for one type where a call makes resources of several. */
  static Map<String, String> specified(
      QueryParameters parameters, String resourceType, Set<String> types) {
    List<QueryParameters> specifications = parameters.elements("TagSpecification");
    Map<String, String> tags = new TreeMap<>();
    for (QueryParameters specification : specifications) {
      String type = specification.required("ResourceType");
      if (!types.contains(type)) {
        throw Ec2Refusal.invalidValue("'" + type + "' is not a valid taggable resource type here");
      }
      Map<String, String> its = of(specification);
      if (type.equals(resourceType)) {
        tags.putAll(its);
      }
    }
    return checkCount(tags);
  }

  static Map<String, String> checkCount(Map<String, String> tags) {
    // AWS's own do not count.
    if (tags.keySet().stream().filter(key -> !key.startsWith("aws:")).count() > MAX_TAGS) {
      throw Ec2Refusal.of("TagLimitExceeded", "A resource has at most " + MAX_TAGS + " tags");
    }
    return tags;
  }

  private static void checkTag(String key, String value, boolean fromCloudFormation) {
    boolean reserved =
        key.startsWith("aws:") && !(fromCloudFormation && key.startsWith("aws:cloudformation:"));
    if (key.isEmpty() || reserved || key.length() > MAX_KEY_CHARS) {
      throw Ec2Refusal.invalidValue("Tag key '" + key + "' is not allowed");
    }
    if (value.length() > MAX_VALUE_CHARS) {
      throw Ec2Refusal.invalidValue("The value of tag '" + key + "' is too long");
    }
    // Nothing says so; but the answers are XML, which cannot hold them.
    if ((key + value).chars().anyMatch(Character::isISOControl)) {
      throw Ec2Refusal.invalidValue("Tag '" + key + "' has a control character");
    }
  }
}
