package dev.drover.local.simulator.ebs;

import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Tag;

/** Short forms of EC2's values. */
final class Ec2Values {
  private Ec2Values() {}

  static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }

  static Filter filter(String name, String... values) {
    return Filter.builder().name(name).values(values).build();
  }
}
