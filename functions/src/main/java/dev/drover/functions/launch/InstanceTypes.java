package dev.drover.functions.launch;

import java.util.Optional;

/**
 * The instance type of a server for which nobody named one: of EC2's general purpose and memory
 * optimized families of the fifth generation, which every Region has, the smallest with as many
 * processors and as much memory as the hypervisor gave the server.
 *
 * @see <a href="https://docs.aws.amazon.com/ec2/latest/instancetypes/gp.html">general purpose</a>
 * @see <a href="https://docs.aws.amazon.com/ec2/latest/instancetypes/mo.html">memory optimized</a>
 */
enum InstanceTypes {
  LARGE("large", 2),
  XLARGE("xlarge", 4),
  XLARGE_2("2xlarge", 8),
  XLARGE_4("4xlarge", 16),
  XLARGE_8("8xlarge", 32),
  XLARGE_12("12xlarge", 48),
  XLARGE_16("16xlarge", 64),
  XLARGE_24("24xlarge", 96);

  private static final int GENERAL_MIB_A_CPU = 4 * 1024;
  private static final int MEMORY_MIB_A_CPU = 8 * 1024;

  private final String size;
  private final int cpus;

  InstanceTypes(String size, int cpus) {
    this.size = size;
    this.cpus = cpus;
  }

  /** The type; empty when the server has more than the largest of them. */
  static Optional<String> fitting(int cpus, long memoryMib) {
    for (InstanceTypes type : values()) {
      if (type.cpus >= cpus && (long) type.cpus * GENERAL_MIB_A_CPU >= memoryMib) {
        return Optional.of("m5." + type.size);
      }
      if (type.cpus >= cpus && (long) type.cpus * MEMORY_MIB_A_CPU >= memoryMib) {
        return Optional.of("r5." + type.size);
      }
    }
    return Optional.empty();
  }
}
