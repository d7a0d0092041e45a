package dev.drover.local.simulation.planted;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.local.simulation.Checkout;
import dev.drover.local.simulation.planted.PlantedBug.Change;
import dev.drover.local.simulation.planted.PlantedBug.Grounds;
import dev.drover.local.simulation.site.ScratchFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bugs are planted into the code as it stands, one at a time: the simulation must find each, by the
 * promise that it breaks, and must not find the same where no bug is.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PlantedBugsTest {
  private static final String FUNCTIONS = "functions/src/main/java/dev/drover/functions/";
  private static final String CONNECTOR =
      "connector-agent/agent/src/main/java/dev/drover/connector/";

  /** Nothing goes wrong. */
  private static final Grounds CALM = new Grounds(2, 5, "none", 1, 1, 6);

  /** Functions die, mostly in the midst of something. */
  private static final Grounds DYING = new Grounds(2, 2, "functions", 1, 40, 4);

  /** S3 tells late, twice or not at all. */
  private static final Grounds UNTOLD = new Grounds(2, 6, "events", 1, 1, 5);

  /** Pending snapshots are taken away. */
  private static final Grounds ROBBED = new Grounds(2, 12, "snapshots", 20, 1, 6);

  /** Somebody stops every other execution, most in the midst of reading: the site is slow. */
  private static final Grounds STOPPED = new Grounds(2, 12, "aborts", 3_000, 15, 8);

  /** Snapshots of VMs and of disks are gone in the midst of runs. */
  private static final Grounds ANEW = new Grounds(2, 5, "snapshots,sources", 1, 1, 40);

  private final Map<String, Set<String>> unchanged = new HashMap<>();

  static Stream<PlantedBug> bugs() {
    return Stream.of(
        new PlantedBug(
            "zero blocks are left out of a child",
            CONNECTOR + "pipeline/DiskPass.java",
            List.of(
                new Change(
                    "        worker.segment().addZero(block);",
                    "        if (base == null) { worker.segment().addZero(block); }")),
            CALM,
            1,
            "DigestsDisagree"),
        new PlantedBug(
            "what was left out of a copy is no zero",
            FUNCTIONS + "snapshot/BaseDigests.java",
            List.of(new Change("if (disk.zerosLeftOut()) {", "if (disk.epoch() < 1) {")),
            CALM,
            1,
            "DigestsDisagree"),
        new PlantedBug(
            "the last block is padded with what was read before",
            CONNECTOR + "pipeline/RangeFeed.java",
            List.of(new Change("Arrays.fill(target, lengthBytes, target.length, (byte) 0);", "")),
            CALM,
            1,
            "is not as it was at the capture"),
        new PlantedBug(
            "staging is purged before segments are applied",
            Checkout.MACHINE,
            List.of(
                new Change(
                    "\"woken\": false, \"trouble\": {} },\n      \"Next\": \"AwaitApplied\"",
                    "\"woken\": false, \"trouble\": {} },\n      \"Next\": \"PurgeStaging\""),
                new Change(
                    "\"Next\": \"PublishImage\" }],\n      \"Next\": \"PublishImage\"",
                    "\"Next\": \"AwaitApplied\" }],\n      \"Next\": \"AwaitApplied\""),
                new Change(
                    "\"Next\": \"PurgeStaging\"\n    },\n    \"PurgeStaging\"",
                    "\"Next\": \"PublishImage\"\n    },\n    \"PurgeStaging\"")),
            CALM,
            4,
            "ExtentsMissing"),
        new PlantedBug(
            "staging is not purged",
            FUNCTIONS + "staging/StagedObjects.java",
            List.of(new Change("      objects.delete(batch);\n", "")),
            CALM,
            5,
            "staged objects"),
        new PlantedBug(
            "run and bases are committed before the image",
            FUNCTIONS + "image/PublishImage.java",
            List.of(
                new Change(
                    "case PENDING -> new Output(image.amiId(), PENDING);",
                    "case PENDING -> commit(run, completed, image.amiId());")),
            CALM,
            2,
            "image-not-available"),
        new PlantedBug(
            "the job is not given back",
            FUNCTIONS + "state/Jobs.java",
            List.of(
                new Change(
                    ".remove(STATUS_MESSAGE)\n            .remove(ACTIVE_RUN_ID));",
                    ".remove(STATUS_MESSAGE));")),
            CALM,
            10,
            "job-held-by-ended-run"),
        new PlantedBug(
            "no digest list is deleted",
            FUNCTIONS + "aws/S3Objects.java",
            List.of(
                new Change(
                    "        keys.stream().map(key ->",
                    "        keys.stream()\n            .map(key -> key.startsWith(\"digests/\") ? \"-\" : key)\n            .map(key ->")),
            CALM,
            6,
            "digest list"),
        new PlantedBug(
            "the newest images are pruned in the place of the oldest",
            FUNCTIONS + "image/PruneImages.java",
            List.of(
                new Change(
                    "PruneImages::completedTime).reversed()", "PruneImages::completedTime)")),
            CALM,
            2,
            "image-not-available"),
        new PlantedBug(
            "the new digest list is the base's",
            FUNCTIONS + "snapshot/DigestMerge.java",
            List.of(
                new Change(
                    "      Digest digest = base.next();",
                    "      Digest before = base.next();\n      Digest digest = before;"),
                new Change(
                    "      out.add(digest);",
                    "      out.add(before.equals(Digest.NEVER_WRITTEN) ? digest : before);")),
            CALM,
            1,
            "DigestsDisagree"),
        new PlantedBug(
            "what is reserved is not given back",
            FUNCTIONS + "state/Admissions.java",
            List.of(
                new Change("    table.delete(PK, sk(runId));\n", ""),
                new Change("return table.remove(PK, sk(runId));", "return Write.all();")),
            CALM,
            11,
            "reserved for"),
        new PlantedBug(
            "a receipt is written before its blocks",
            FUNCTIONS + "segment/SegmentApplier.java",
            List.of(
                new Change(
                    "    puts.put(snapshot, segment, entry -> true, outOfTime);\n",
                    """
                        boolean written = receipts.apply(lease, blocks(segment), clock.instant());
                        puts.put(snapshot, segment, entry -> true, outOfTime);
                    """),
                new Change(
                    "return receipts.apply(lease, blocks(segment), clock.instant())\n",
                    "return written\n")),
            DYING,
            1,
            "CompletionRefused"),
        new PlantedBug(
            "receipts of an epoch are believed in the next one",
            FUNCTIONS + "state/Receipts.java",
            List.of(
                new Change(
                    "disk.runId() + \"#\" + disk.diskId() + \"#\" + disk.epoch() + \"#\"",
                    "disk.runId() + \"#\" + disk.diskId() + \"#1#\"")),
            ROBBED,
            1,
            "CompletionRefused"),
        new PlantedBug(
            "what an earlier generation wrote is not written over",
            CONNECTOR + "pipeline/WrittenBlocks.java",
            List.of(
                new Change(
                    "return digests[block] != null || (extent != null && extent.isUnsure());",
                    "return block < 0;")),
            ANEW,
            1,
            "DigestsDisagree"),
        new PlantedBug(
            "what a segment keeps is not put into another snapshot",
            FUNCTIONS + "segment/EarlierSegments.java",
            List.of(
                new Change(
                    "entry -> wanted.remove(entry.block(), entry.digest())",
                    "entry -> wanted.remove(entry.block(), entry.digest()) && segment == earlier")),
            ANEW,
            1,
            "CompletionRefused"),
        new PlantedBug(
            "an event that was lost is not told again",
            FUNCTIONS + "snapshot/LostEvents.java",
            List.of(new Change("    segments.send(environment, event(key), 0, Map.of());\n", "")),
            UNTOLD,
            3,
            "run-not-healed"),
        new PlantedBug(
            "a connector does not release what it has read",
            CONNECTOR + "agent/Releases.java",
            List.of(new Change("        source.release(vmId, run);\n", "")),
            CALM,
            6,
            "vm-snapshot-left"),
        new PlantedBug(
            "no connector is told that a run has ended",
            FUNCTIONS + "run/SiteCleanUp.java",
            List.of(new Change("queues.send(connector, task)", "task == null")),
            STOPPED,
            6,
            "vm-snapshot-left"),
        new PlantedBug(
            "what was postponed comes back every second",
            FUNCTIONS + "segment/Postponements.java",
            List.of(
                new Change(
                    "return times < DOUBLINGS ? 2 << times : LONGEST_DELAY_SECONDS;", "return 1;")),
            UNTOLD,
            11,
            "was postponed"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bugs")
  void isFound(PlantedBug bug) throws Exception {
    int seed = seedThatFinds(bug);

    assertThat(seed).as("a seed that finds: %s", bug).isPositive();
    for (int each = 1; each <= seed; each++) {
      assertThat(bug.isFoundIn(unchanged(bug.grounds(), each)))
          .as("seed %d finds the same without the bug: %s", each, bug)
          .isFalse();
    }
  }

  private int seedThatFinds(PlantedBug bug) throws Exception {
    Path file = Checkout.ROOT.resolve(bug.file());
    String planted = bug.plantInto(Files.readString(file));
    boolean isMachine = bug.file().equals(Checkout.MACHINE);
    String machine =
        isMachine ? planted : Files.readString(Checkout.ROOT.resolve(Checkout.MACHINE));
    try (World world = isMachine ? World.unchanged() : World.with(file, planted)) {
      Function<Map<String, Object>, Set<String>> seeds = world.seeds();
      for (int seed = 1; seed <= bug.grounds().seeds(); seed++) {
        Set<String> found = simulate(seeds, bug.grounds(), seed, machine);
        if (bug.isFoundIn(found)) {
          return seed;
        }
      }
    }
    return 0;
  }

  private Set<String> unchanged(Grounds grounds, int seed) throws IOException {
    String key = grounds + "/" + seed;
    Set<String> known = unchanged.get(key);
    if (known == null) {
      String machine = Files.readString(Checkout.ROOT.resolve(Checkout.MACHINE));
      known = simulate(new SimulatedSeed(), grounds, seed, machine);
      unchanged.put(key, known);
    }
    return known;
  }

  private Set<String> simulate(
      Function<Map<String, Object>, Set<String>> seeds, Grounds grounds, long seed, String machine)
      throws IOException {
    try (ScratchFolder folder = new ScratchFolder()) {
      return seeds.apply(
          Map.of(
              "seed", seed,
              "servers", grounds.servers(),
              "hours", grounds.hours(),
              "faults", grounds.faults(),
              "scale", grounds.scale(),
              "severity", grounds.severity(),
              "machine", machine,
              "folder", folder.path()));
    }
  }
}
