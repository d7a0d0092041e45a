package dev.drover.infra;

import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.lambda.SnapStartConf;

/**
 * Everything in which a deployment to the local cloud differs from one to AWS. No other class asks.
 *
 * @param runtime Lambda's managed Java; locally a custom runtime, whose {@code bootstrap} starts
 *     the JVM, because the local cloud has no managed Java
 * @param code the functions, all in one
 * @param snapStart on AWS only: a restored JVM answers in a fraction of a cold start
 * @param keepData whether the bucket and the table stay when the stack goes: on AWS they hold the
 *     bases of every later incremental run
 * @param segmentConcurrency segments of an environment that are applied at once, see {@link
 *     SegmentApply}; as many as the account's quota of puts needs, which is two where nobody raised
 *     it: as few as Lambda takes for a queue
 * @param putBlocksPerSecond PutSnapshotBlock that all of them may make
 */
record DeployTarget(
    Runtime runtime,
    Code code,
    @Nullable SnapStartConf snapStart,
    boolean keepData,
    int segmentConcurrency,
    int putBlocksPerSecond) {
  /**
   * PutSnapshotBlock a second that a segment function can make: it has 8 under way, of some 20 ms
   * each. How many it makes is told it.
   */
  static final int PUTS_OF_A_FUNCTION = 400;

  /** Each is a JVM of its own on the developer's machine; measured on two cores. */
  private static final int LOCAL_SEGMENT_CONCURRENCY = 3;

  /** More than a developer's machine does. */
  private static final int LOCAL_PUTS_PER_SECOND = 100_000;

  /** What is left of the quota for a function's first put after a pause, and for clocks. */
  private static final double USED = 0.9;

  /**
   * How many blocks one segment function may put in a second: its part of the account's quota, when
   * all functions of all environments are at work.
   */
  double putsPerSecond(int environments) {
    return allPutsPerSecond() / (segmentConcurrency * Math.max(1, environments));
  }

  /** How many blocks all of them may put in a second. */
  double allPutsPerSecond() {
    return USED * putBlocksPerSecond;
  }

  static DeployTarget of(DroverSettings settings, ProjectFiles files) {
    return settings.local() ? local(files) : aws(settings, files);
  }

  RemovalPolicy removalPolicy() {
    return keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
  }

  private static DeployTarget aws(DroverSettings settings, ProjectFiles files) {
    return new DeployTarget(
        Runtime.JAVA_25,
        Code.fromAsset(files.functionsJar().toString()),
        SnapStartConf.ON_PUBLISHED_VERSIONS,
        true,
        settings.putBlocksPerSecond() / PUTS_OF_A_FUNCTION,
        settings.putBlocksPerSecond());
  }

  private static DeployTarget local(ProjectFiles files) {
    return new DeployTarget(
        Runtime.PROVIDED_AL2023,
        Code.fromAsset(files.localFunctions().toString()),
        null,
        false,
        LOCAL_SEGMENT_CONCURRENCY,
        LOCAL_PUTS_PER_SECOND);
  }
}
