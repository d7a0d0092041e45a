package dev.drover.functions.state;

import static dev.drover.functions.state.Sample.NOW;
import static dev.drover.functions.state.Sample.REFERENCE;
import static dev.drover.functions.state.Sample.RUN;
import static dev.drover.functions.state.Sample.SITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AdmissionsTest {
  private static final Admission WAITING = Admission.waiting(REFERENCE, SITE, 2, true, NOW);

  private final Sample sample = new Sample();
  private final Admissions admissions = sample.state.admissions();

  @Test
  void ask_again_keepsThePlaceThatItHas() {
    assertThat(sample.commits(admissions.ask(WAITING))).isTrue();
    Admission later = Admission.waiting(REFERENCE, SITE, 3, false, NOW.plusSeconds(1));
    assertThat(sample.commits(admissions.ask(later))).isFalse();
    assertThat(admissions.find(RUN)).contains(WAITING);
    assertThat(admissions.list()).containsExactly(WAITING);
  }

  /** Two that decided by the same look would give the same room twice. */
  @Test
  void admit_decisionThatAnotherCameBefore_isRefused() {
    sample.commits(admissions.ask(WAITING));
    assertThat(admissions.decision()).isZero();
    assertThat(admissions.admit(0, List.of(), NOW)).isTrue();
    assertThat(admissions.decision()).isOne();
    assertThat(admissions.admit(0, List.of(WAITING), NOW)).isFalse();
    assertThat(admissions.find(RUN)).contains(WAITING);

    assertThat(admissions.admit(1, List.of(WAITING), NOW)).isTrue();
    assertThat(admissions.find(RUN)).contains(WAITING.in(Admission.Phase.UPLOADING));
    assertThat(admissions.decision()).isEqualTo(2);
  }

  @Test
  void admit_serverOfAnApplication_saysSinceWhenUnlessItComesBack() {
    Admission.Company company = new Admission.Company(new AppId("app-0123456789abcdef0"), 5, null);
    Admission run = WAITING.with(company);
    sample.commits(admissions.ask(run));
    assertThat(admissions.find(RUN)).contains(run);
    Instant later = NOW.plusSeconds(9);
    assertThat(admissions.admit(0, List.of(run), later)).isTrue();
    Admission admitted = run.with(company.admitted(later)).in(Admission.Phase.UPLOADING);
    assertThat(admissions.find(RUN)).contains(admitted);
    assertThat(admissions.findAll(List.of(RUN, RUN))).containsExactly(admitted);

    admissions.move(RUN, Admission.Phase.UPLOADING, Admission.Phase.RETURNING);
    Admission back = admitted.in(Admission.Phase.RETURNING);
    assertThat(admissions.admit(1, List.of(back), later.plusSeconds(900))).isTrue();
    assertThat(admissions.find(RUN)).contains(admitted);
  }

  @Test
  void admit_runHasLeft_admitsNone() {
    assertThat(admissions.admit(0, List.of(WAITING), NOW)).isFalse();
    assertThat(admissions.decision()).isZero();
  }

  @Test
  void move_fromAnotherPhase_isRefused() {
    sample.commits(admissions.ask(WAITING));
    assertThat(admissions.move(RUN, Admission.Phase.UPLOADING, Admission.Phase.APPLYING)).isFalse();
    assertThat(admissions.find(RUN)).contains(WAITING);
    assertThat(admissions.move(RUN, Admission.Phase.WAITING, Admission.Phase.UPLOADING)).isTrue();
    assertThat(admissions.find(RUN)).contains(WAITING.in(Admission.Phase.UPLOADING));
  }

  @Test
  void keep_runThatFailed_hasItsPlaceWithWhatIsApplied() {
    sample.commits(admissions.ask(WAITING));
    assertThat(sample.commits(admissions.keep(WAITING.kept(7)))).isTrue();
    assertThat(admissions.find(RUN)).contains(WAITING.kept(7));
  }

  @Test
  void leaveFrom_anotherPhase_isRefused() {
    sample.commits(admissions.ask(WAITING));
    assertThat(admissions.leaveFrom(RUN, Admission.Phase.KEPT)).isFalse();
    assertThat(admissions.find(RUN)).isPresent();
    assertThat(admissions.leaveFrom(RUN, Admission.Phase.WAITING)).isTrue();
    assertThat(admissions.find(RUN)).isEmpty();
  }

  @Test
  void phases_holdSnapshotsOrWait() {
    assertThat(Admission.Phase.values())
        .filteredOn(phase -> WAITING.in(phase).holds())
        .containsExactly(
            Admission.Phase.UPLOADING,
            Admission.Phase.APPLYING,
            Admission.Phase.KEPT,
            Admission.Phase.RETURNING);
    assertThat(Admission.Phase.values())
        .filteredOn(phase -> WAITING.in(phase).waits())
        .containsExactly(Admission.Phase.WAITING, Admission.Phase.RETURNING);
  }
}
