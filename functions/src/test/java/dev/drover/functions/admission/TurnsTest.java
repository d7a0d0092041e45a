package dev.drover.functions.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.state.Admission;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.RunReference;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TurnsTest {
  private static final EnvironmentName BIG = new EnvironmentName("big");
  private static final EnvironmentName SMALL = new EnvironmentName("small");
  private static final Instant NOW = Instant.parse("2026-11-28T00:00:00Z");
  private static final boolean FIRST = true;
  private static final boolean INCREMENT = false;

  private int number;
  private final List<Admission> line = new ArrayList<>();

  private Admission waits(EnvironmentName environment, int snapshots, boolean first) {
    return waits(environment, snapshots, first, Duration.ofMinutes(1));
  }

  /** Of two that wait as long, the one that a test named first has the lower id. */
  private Admission waits(
      EnvironmentName environment, int snapshots, boolean first, Duration since) {
    Admission run =
        Admission.waiting(
            new RunReference(
                new JobId("sms-job-%08x".formatted(++number)),
                new RunId("sms-run-%08x".formatted(number))),
            environment,
            snapshots,
            first,
            NOW.minus(since));
    line.add(run);
    return run;
  }

  private Admission holds(
      EnvironmentName environment, int snapshots, boolean first, Admission.Phase phase) {
    Admission run = waits(environment, snapshots, first);
    line.remove(run);
    Admission holding = run.in(phase);
    line.add(holding);
    return holding;
  }

  private Turns turns(int pendingSnapshots, Map<EnvironmentName, Integer> slots) {
    return Turns.of(line, new Supply(pendingSnapshots, slots), NOW);
  }

  private String onlyReason(Turns turns) {
    assertThat(turns.waiting()).hasSize(1);
    return turns.waiting().getFirst().reason();
  }

  @Test
  void longestWait_comesFirst() {
    Admission second = waits(BIG, 1, INCREMENT, Duration.ofMinutes(1));
    Admission first = waits(BIG, 1, INCREMENT, Duration.ofMinutes(2));
    assertThat(turns(100, Map.of(BIG, 5)).admitted()).containsExactly(first, second);
  }

  @Test
  void moreSnapshotsThanAreFree_wait() {
    holds(BIG, 3, INCREMENT, Admission.Phase.APPLYING);
    Admission fits = waits(BIG, 1, INCREMENT);
    waits(BIG, 1, INCREMENT);
    Turns turns = turns(4, Map.of(BIG, 5));
    assertThat(turns.admitted()).containsExactly(fits);
    assertThat(onlyReason(turns))
        .isEqualTo("it needs 1 snapshot, and 4 of the 4 that may be pending are reserved");
  }

  @Test
  void smallerRuns_passALargeOne_forAnHour() {
    holds(BIG, 3, INCREMENT, Admission.Phase.APPLYING);
    waits(BIG, 3, INCREMENT, Duration.ofMinutes(59));
    Admission small = waits(BIG, 1, INCREMENT);
    assertThat(turns(5, Map.of(BIG, 5)).admitted()).containsExactly(small);
    line.removeIf(each -> !each.holds());
    waits(BIG, 3, INCREMENT, Duration.ofMinutes(61));
    waits(BIG, 1, INCREMENT);
    assertThat(turns(5, Map.of(BIG, 5)).admitted()).isEmpty();
  }

  private static final AppId SHOP = new AppId("app-0123456789abcdef0");

  /** One of an application whose servers need so many snapshots together. */
  private Admission waitsWith(int ofAll, int snapshots) {
    Admission alone = waits(BIG, snapshots, INCREMENT);
    line.remove(alone);
    Admission run = alone.with(new Admission.Company(SHOP, ofAll, null));
    line.add(run);
    return run;
  }

  private void letIn(Admission run, Duration ago) {
    line.remove(run);
    Admission.Company company = Objects.requireNonNull(run.company()).admitted(NOW.minus(ago));
    line.add(run.with(company).in(Admission.Phase.UPLOADING));
  }

  @Test
  void application_waitsUntilAllOfItHasRoom() {
    holds(BIG, 6, INCREMENT, Admission.Phase.APPLYING);
    waitsWith(5, 2);
    waitsWith(5, 3);
    Turns turns = turns(10, Map.of(BIG, 5));
    assertThat(turns.admitted()).isEmpty();
    assertThat(turns.waiting())
        .extracting(Turn::reason)
        .containsOnly(
            "the servers of its application need 5 snapshots, and 6 of the 10 that may be pending"
                + " are reserved");
    line.removeIf(Admission::holds);
    holds(BIG, 5, INCREMENT, Admission.Phase.APPLYING);
    assertThat(turns(10, Map.of(BIG, 5)).admitted()).hasSize(2);
  }

  @Test
  void application_withMoreServersThanSlots_comesAllTheSame() {
    List<Admission> servers = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      servers.add(waitsWith(9, 1));
    }
    waits(BIG, 1, INCREMENT, Duration.ofSeconds(1));
    Turns turns = turns(100, Map.of(BIG, 1));
    assertThat(turns.admitted()).isEqualTo(servers);
    assertThat(onlyReason(turns)).endsWith("have 1 slot, and 9 runs are with them");
  }

  @Test
  void room_ofAnApplication_isKeptForThoseThatAskLater() {
    letIn(waitsWith(5, 2), Duration.ofSeconds(119));
    waits(BIG, 6, INCREMENT);
    Turns turns = turns(10, Map.of(BIG, 5));
    assertThat(turns.admitted()).isEmpty();
    assertThat(onlyReason(turns))
        .isEqualTo("it needs 6 snapshots, and 5 of the 10 that may be pending are reserved");
    Admission late = waitsWith(3, 3);
    assertThat(turns(10, Map.of(BIG, 5)).admitted()).containsExactly(late);
  }

  @Test
  void room_ofAnApplication_isNotKeptForLong() {
    letIn(waitsWith(5, 2), Duration.ofSeconds(121));
    Admission other = waits(BIG, 6, INCREMENT);
    assertThat(turns(10, Map.of(BIG, 5)).admitted()).containsExactly(other);
  }

  @Test
  void server_thatComesBack_keepsNoRoomForItsApplication() {
    Admission back = waitsWith(8, 2);
    line.remove(back);
    line.add(back.in(Admission.Phase.RETURNING));
    Admission other = waits(BIG, 6, INCREMENT);
    assertThat(turns(10, Map.of(BIG, 5)).admitted()).contains(other).hasSize(2);
  }

  @Test
  void application_thatNeedsMoreThanThereIs_comesInWaves() {
    Admission one = waitsWith(11, 6);
    waitsWith(11, 5);
    Turns turns = turns(10, Map.of(BIG, 5));
    assertThat(turns.admitted()).containsExactly(one);
    assertThat(onlyReason(turns))
        .isEqualTo("it needs 5 snapshots, and 6 of the 10 that may be pending are reserved");
  }

  /** Whatever asks in whatever order: what is let in never needs more than there is. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void applications_neverNeedMoreThanThereIs(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      line.clear();
      for (int app = 0; app < 4; app++) {
        int servers = 1 + random.nextInt(6);
        int all = random.nextInt(30);
        for (int server = 0; server < servers; server++) {
          Admission run = waits(random.nextBoolean() ? BIG : SMALL, 1 + random.nextInt(4), FIRST);
          line.remove(run);
          AppId id = new AppId("app-%017x".formatted(app));
          line.add(run.with(new Admission.Company(id, all, null)));
        }
      }
      Turns turns = turns(20, Map.of(BIG, 2, SMALL, 1));
      assertThat(turns.admitted().stream().mapToInt(Admission::snapshots).sum())
          .isLessThanOrEqualTo(20);
      assertThat(turns.admitted()).isNotEmpty();
    }
  }

  @Test
  void environmentOfThree_isNotKeptOutByOneOfThousands() {
    for (int i = 0; i < 1_000; i++) {
      waits(BIG, 2, INCREMENT, Duration.ofHours(9));
    }
    Admission small = waits(SMALL, 2, INCREMENT);
    Turns turns = turns(100, Map.of(BIG, 100, SMALL, 2));
    assertThat(turns.admitted()).hasSize(50);
    assertThat(turns.admitted().subList(0, 2)).contains(small);
    assertThat(turns.waiting()).hasSize(951);
  }

  @Test
  void firstCopies_leaveAQuarterToIncrements() {
    for (int i = 0; i < 10; i++) {
      waits(BIG, 2, FIRST, Duration.ofHours(2));
    }
    Admission increment = waits(BIG, 2, INCREMENT);
    Turns turns = turns(16, Map.of(BIG, 20));
    assertThat(turns.admitted()).hasSize(7).contains(increment);
    assertThat(turns.waiting().getFirst().reason())
        .isEqualTo(
            "it needs 2 snapshots for a first copy, and first copies have 12 of the 12 that are"
                + " theirs");
  }

  @Test
  void firstCopyThatIsLargerThanTheirPart_hasItsTurnAlone() {
    Admission large = waits(BIG, 4, FIRST);
    assertThat(turns(4, Map.of(BIG, 2)).admitted()).containsExactly(large);
  }

  @Test
  void moreRunsThanSlots_waitWithoutHoldingUpOthers() {
    holds(BIG, 1, INCREMENT, Admission.Phase.UPLOADING);
    holds(BIG, 1, INCREMENT, Admission.Phase.UPLOADING);
    waits(BIG, 1, INCREMENT, Duration.ofHours(5));
    Admission other = waits(SMALL, 1, INCREMENT);
    Turns turns = turns(100, Map.of(BIG, 1, SMALL, 1));
    assertThat(turns.admitted()).containsExactly(other);
    assertThat(onlyReason(turns))
        .isEqualTo("the connectors of environment big have 1 slot, and 2 runs are with them");
  }

  @Test
  void uploaded_freesTheSlotAndKeepsTheSnapshots() {
    holds(BIG, 1, INCREMENT, Admission.Phase.APPLYING);
    holds(BIG, 1, INCREMENT, Admission.Phase.APPLYING);
    Admission next = waits(BIG, 1, INCREMENT);
    assertThat(turns(3, Map.of(BIG, 1)).admitted()).containsExactly(next);
    assertThat(turns(2, Map.of(BIG, 1)).admitted()).isEmpty();
  }

  @Test
  void keptSnapshots_areGivenBackOnceOthersWaitForThem() {
    Admission kept = holds(BIG, 2, INCREMENT, Admission.Phase.KEPT);
    Admission younger = waits(BIG, 2, INCREMENT, Duration.ZERO).in(Admission.Phase.KEPT);
    line.removeLast();
    line.add(younger);
    assertThat(turns(4, Map.of(BIG, 5)).givingBack()).isEmpty();
    waits(BIG, 2, INCREMENT);
    waits(BIG, 2, INCREMENT);
    Turns turns = turns(4, Map.of(BIG, 5));
    assertThat(turns.admitted()).isEmpty();
    assertThat(turns.givingBack()).containsExactly(kept);
    assertThat(turns(6, Map.of(BIG, 5)).givingBack()).containsExactly(kept);
    assertThat(turns(8, Map.of(BIG, 5)).givingBack()).isEmpty();
  }

  @Test
  void keptSnapshots_withTheLeastInThem_areGivenBackFirst() {
    Admission full = holds(BIG, 2, INCREMENT, Admission.Phase.KEPT).kept(900);
    Admission empty = holds(BIG, 2, INCREMENT, Admission.Phase.KEPT).kept(3);
    line.clear();
    line.addAll(List.of(full, empty));
    waits(BIG, 1, INCREMENT);
    assertThat(turns(4, Map.of(BIG, 5)).givingBack()).containsExactly(empty);
    waits(SMALL, 4, INCREMENT, Duration.ofHours(2));
    assertThat(turns(4, Map.of(BIG, 5, SMALL, 1)).givingBack()).containsExactly(empty, full);
  }

  @Test
  void keptSnapshots_ofTheEnvironmentThatHoldsMore_areGivenBackFirst() {
    holds(SMALL, 2, INCREMENT, Admission.Phase.KEPT);
    Admission kept = holds(BIG, 2, INCREMENT, Admission.Phase.KEPT);
    holds(BIG, 2, INCREMENT, Admission.Phase.APPLYING);
    waits(BIG, 1, INCREMENT);
    assertThat(turns(6, Map.of(BIG, 5)).givingBack()).containsExactly(kept);
  }

  @Test
  void keptFirstCopies_giveBackWhatOtherFirstCopiesWaitFor() {
    holds(BIG, 2, INCREMENT, Admission.Phase.KEPT);
    Admission kept = holds(BIG, 9, FIRST, Admission.Phase.KEPT);
    waits(BIG, 1, FIRST);
    assertThat(turns(12, Map.of(BIG, 5)).givingBack()).containsExactly(kept);
    assertThat(turns(24, Map.of(BIG, 5)).givingBack()).isEmpty();
  }

  @Test
  void runThatIsResumed_needsASlotAndNoOtherSnapshots() {
    Admission returning = holds(BIG, 4, INCREMENT, Admission.Phase.RETURNING);
    assertThat(turns(4, Map.of(BIG, 1)).admitted()).containsExactly(returning);
    assertThat(turns(4, Map.of()).admitted()).isEmpty();
  }

  @Test
  void withoutAHealthyConnector_runsWaitForOne() {
    waits(BIG, 1, INCREMENT);
    assertThat(onlyReason(turns(100, Map.of())))
        .isEqualTo("no connector of environment big is healthy");
  }

  /** Whatever asks and ends, in whatever order: no more than there is, and each has its turn. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anyLine_keepsTheLimitsAndEnds(long seed) {
    Random random = new Random(seed);
    int limit = 8 + random.nextInt(30);
    Map<EnvironmentName, Integer> slots = Map.of(BIG, 1 + random.nextInt(9), SMALL, 1);
    for (int i = 0; i < 200; i++) {
      waits(
          random.nextInt(5) == 0 ? SMALL : BIG,
          1 + random.nextInt(8),
          random.nextBoolean(),
          Duration.ofMinutes(random.nextInt(180)));
    }
    for (int steps = 0; !line.isEmpty(); steps++) {
      assertThat(steps).isLessThan(2_000);
      for (Admission admitted : turns(limit, slots).admitted()) {
        line.remove(admitted);
        line.add(admitted.in(Admission.Phase.UPLOADING));
      }
      requireLimits(limit, slots);
      assertThat(line).anyMatch(Admission::holds);
      List<Admission> holding = line.stream().filter(Admission::holds).toList();
      Admission next = holding.get(random.nextInt(holding.size()));
      line.remove(next);
      if (next.phase() == Admission.Phase.UPLOADING) {
        line.add(next.in(Admission.Phase.APPLYING));
      }
    }
  }

  private void requireLimits(int limit, Map<EnvironmentName, Integer> slots) {
    Map<EnvironmentName, Integer> uploads = new HashMap<>();
    int reserved = 0;
    for (Admission run : line) {
      reserved += run.holds() ? run.snapshots() : 0;
      if (run.phase() == Admission.Phase.UPLOADING) {
        uploads.merge(run.environment(), 1, Integer::sum);
      }
    }
    assertThat(reserved).isLessThanOrEqualTo(limit);
    uploads.forEach(
        (environment, count) ->
            assertThat(count).isLessThanOrEqualTo(2 * slots.getOrDefault(environment, 0)));
  }
}
