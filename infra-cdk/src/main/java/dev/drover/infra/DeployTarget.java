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
 * @param segmentConcurrency segments that are applied at once, see {@link SegmentApply}; as many as
 *     stay under the account's quota of puts, which is two where nobody raised it: as few as Lambda
 *     takes for a queue
 */
record DeployTarget(
    Runtime runtime,
    Code code,
    @Nullable SnapStartConf snapStart,
    boolean keepData,
    int segmentConcurrency) {
  /**
   * PutSnapshotBlock a second that a segment function makes at most where there is one environment:
   * it has 8 under way, of some 20 ms each. Two is the least that Lambda takes for a queue, so that
   * several environments, with a queue each, share the puts instead.
   */
  static final int PUTS_OF_A_FUNCTION = 400;

  /** Each is a JVM of its own on the developer's machine; measured on two cores. */
  private static final int LOCAL_SEGMENT_CONCURRENCY = 3;

  /** What the segment functions of all environments together have under way for each at once. */
  private static final int PARALLEL_PUTS = 8;

  /** How many blocks one segment function puts at once: its environment's share of them. */
  int parallelPuts(int environments) {
    return Math.max(1, PARALLEL_PUTS / Math.max(1, environments));
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
        settings.putBlocksPerSecond() / PUTS_OF_A_FUNCTION);
  }

  private static DeployTarget local(ProjectFiles files) {
    return new DeployTarget(
        Runtime.PROVIDED_AL2023,
        Code.fromAsset(files.localFunctions().toString()),
        null,
        false,
        LOCAL_SEGMENT_CONCURRENCY);
  }
}
