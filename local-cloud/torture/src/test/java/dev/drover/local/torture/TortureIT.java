package dev.drover.local.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.drover.local.launcher.cloud.LocalCloudSettings;
import dev.drover.local.launcher.cloud.Repository;
import dev.drover.local.torture.fault.FaultKind;
import dev.drover.local.torture.fault.World;
import dev.drover.local.torture.oracle.FaultLog;
import dev.drover.local.torture.oracle.Oracle;
import dev.drover.local.torture.oracle.Violation;
import dev.drover.local.torture.site.Customer;
import dev.drover.local.torture.site.FolderGuest;
import dev.drover.local.torture.site.RunEnd;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.sms.model.ReplicationRunState;

/**
 * One torture with a fixed seed, of faults that are recovered from within seconds; and then three
 * planted bugs, each of which the oracle has to find.
 */
class TortureIT {
  private static final long SEED = 4;
  private static final int BLOCK_BYTES = 524_288;
  private static final int DIGEST_BYTES = 32;
  private static final String NOT_BUILT =
      "the simulated vCenter is not built; './drover setup' builds it";

  /** Others wait for a lease, a message's timeout or a heartbeat: minutes each. */
  private static final Set<FaultKind> KINDS =
      Set.of(
          FaultKind.CONNECTOR_KILLED,
          FaultKind.TASK_TWICE,
          FaultKind.S3_DROPPED,
          FaultKind.S3_REFUSES,
          FaultKind.EVENTS_LOST,
          FaultKind.EVENTS_REVERSED,
          FaultKind.COMPLETION_REFUSED,
          FaultKind.REGISTER_REFUSED,
          FaultKind.PUTS_THROTTLED,
          FaultKind.PENDING_QUOTA);

  @Test
  @Timeout(1200)
  void torture_ofAFixedSeed_keepsEveryPromiseAndFindsPlantedBugs() {
    Path vcenter =
        Repository.containing(Path.of(""))
            .root()
            .resolve("local-cloud/simulators/vcenter/target/vcenter");
    if (!Files.isExecutable(vcenter)) {
      System.out.println("TortureIT is skipped: " + NOT_BUILT);
    }
    assumeTrue(Files.isExecutable(vcenter), NOT_BUILT);
    List<Violation> before = new ArrayList<>();
    Torture torture =
        new Torture(
            new Torture.Settings(
                LocalCloudSettings.privateCloud(Path.of("target", "cloud"))
                    .withProgress(System.out::println),
                SEED,
                Duration.ofMinutes(2),
                KINDS,
                Path.of("target", "kept-logs")),
            System.out::println,
            (world, oracle) -> {
              before.addAll(oracle.violations());
              plant(world, oracle);
            });

    Torture.Outcome outcome = torture.run();

    RecoveryTable.lines(outcome.faults()).forEach(System.out::println);
    assertThat(before).as("before bugs were planted").isEmpty();
    assertThat(outcome.images()).isGreaterThanOrEqualTo(8);
    assertThat(outcome.imports()).as("also of a Windows guest").isGreaterThanOrEqualTo(2);
    assertThat(outcome.faults()).extracting(FaultLog.Entry::strikes).anyMatch(hits -> hits > 0);
    assertThat(outcome.violations())
        .extracting(Violation::kind)
        .contains("content-differs", "staging-left", "run-failed")
        .doesNotContain("content-unknown");
    assertThat(outcome.violations())
        .filteredOn(violation -> violation.kind().equals("content-differs"))
        .extracting(Violation::sentence)
        .allSatisfy(sentence -> assertThat(sentence).contains("have the SHA-256"))
        .satisfiesOnlyOnce(sentence -> assertThat(sentence).contains("of mail (ami-"))
        .satisfiesOnlyOnce(sentence -> assertThat(sentence).contains("of server-0003 (ami-", "): "))
        .as("what stands of VM Import's AMIs is looked at again at the end")
        .anySatisfy(sentence -> assertThat(sentence).contains("when its copies may be gone"));
  }

  private static void plant(World world, Oracle oracle) {
    FolderGuest guest = world.folderGuests().getFirst();
    RunEnd completed = lastCompleted(world, customer -> customer.guest() == guest);
    RunEnd imported = lastCompleted(world, customer -> customer.guest().isImported());
    changeBlocks(world);
    oracle.ended(completed);
    oracle.ended(imported);
    oracle.ended(
        new RunEnd(
            guest,
            completed.vmId(),
            completed.jobId(),
            "sms-run-00000000",
            Instant.now(),
            Instant.now(),
            ReplicationRunState.FAILED,
            "for no reason that anybody knows",
            ""));
    world
        .cloud()
        .account()
        .s3()
        .putObject(
            request ->
                request
                    .bucket(world.cloud().account().bucket())
                    .key("staging/folder/sms-job-0000ffff/sms-run-0000ffff/d-1/none/g/0000000"),
            RequestBody.fromString("left"));
    oracle.lookAtTheEnd();
  }

  private static RunEnd lastCompleted(World world, Predicate<Customer> which) {
    return world.customers().stream()
        .filter(which)
        .findFirst()
        .flatMap(Customer::lastCompleted)
        .orElseThrow();
  }

  /** A byte of every block that was put, with its digest: as if another disk had been copied. */
  private static void changeBlocks(World world) {
    Path snapshots = world.cloud().stack().cloud().home().resolve("data/ebs/snapshots");
    try (Stream<Path> files = Files.walk(snapshots)) {
      for (Path file : files.filter(path -> path.endsWith("blocks")).toList()) {
        change(file, file.resolveSibling("digests"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void change(Path blockFile, Path digestFile) throws IOException {
    byte[] block = new byte[BLOCK_BYTES];
    byte[] digest = new byte[DIGEST_BYTES];
    try (RandomAccessFile blocks = new RandomAccessFile(blockFile.toFile(), "rw");
        RandomAccessFile digests = new RandomAccessFile(digestFile.toFile(), "rw")) {
      for (int i = 0; (long) (i + 1) * BLOCK_BYTES <= blocks.length(); i++) {
        blocks.seek((long) i * BLOCK_BYTES);
        blocks.readFully(block);
        digests.seek((long) i * DIGEST_BYTES);
        digests.readFully(digest);
        if (Arrays.equals(digest, sha256(block))) {
          block[0] ^= 1;
          blocks.seek((long) i * BLOCK_BYTES);
          blocks.write(block);
          digests.seek((long) i * DIGEST_BYTES);
          digests.write(sha256(block));
        }
      }
    }
  }

  private static byte[] sha256(byte[] block) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(block);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
