package dev.drover.functions.state;

import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The line of runs in the table.
 *
 * <p>There is no counter that could drift: what is reserved is the sum over the items that hold. It
 * can only grow by {@link #admit}, which asks for the number of the decision before; whoever leaves
 * only makes room.
 */
public final class Admissions {
  private static final String PK = "ADMISSION";
  private static final String SK_PREFIX = "RUN#";
  private static final String SK_DECISION = "DECISION";
  private static final String JOB_ID = "jobId";
  private static final String ENVIRONMENT = "environment";
  private static final String SNAPSHOTS = "snapshots";
  private static final String FIRST = "first";
  private static final String SINCE = "since";
  private static final String PHASE = "phase";
  private static final String STARTED = "started";
  private static final String APPLIED = "applied";
  private static final String NUMBER = "number";
  private static final String APP_ID = "appId";
  private static final String APP_SNAPSHOTS = "appSnapshots";
  private static final String ADMITTED_AT = "admittedAt";

  /** DynamoDB takes 100 writes in a transaction, one is the decision's own. */
  public static final int MAX_ADMITTED = 99;

  private final Table table;

  Admissions(Table table) {
    this.table = table;
  }

  /** A run's place, if it has one. */
  public Optional<Admission> find(RunId runId) {
    return table.get(PK, sk(runId)).map(Admissions::read);
  }

  /** The places of those of the runs that have one. */
  public List<Admission> findAll(Collection<RunId> runs) {
    return table.getAll(PK, runs.stream().map(Admissions::sk)).stream()
        .map(Admissions::read)
        .toList();
  }

  /** Every run that waits or holds, in no order; 5,000 are 1 MB. */
  public Stream<Admission> list() {
    return table.query(PK, SK_PREFIX).map(Admissions::read);
  }

  /** The number of the last decision; to be read before what it is decided by. */
  public long decision() {
    return table.get(PK, SK_DECISION).flatMap(item -> item.findNumber(NUMBER)).orElse(0L);
  }

  /** A run begins to wait, or to hold; one that has a place keeps it. */
  public Write ask(Admission asking) {
    return table.putIfAbsent(item(asking));
  }

  /**
   * Those runs' turn has come; all or none.
   *
   * @param decision the number that the caller read before he looked
   * @param runs at most {@link #MAX_ADMITTED} that wait
   * @param now when they are let in
   * @return false: another decision came between, or one of them has left
   */
  public boolean admit(long decision, List<Admission> runs, Instant now) {
    Transaction transaction =
        new Transaction(table)
            .with(
                table.change(
                    ItemUpdate.of(PK, SK_DECISION)
                        .set(NUMBER, (Long) (decision + 1))
                        .onlyIf("attribute_not_exists(#number) OR #number = :seen", NUMBER)
                        .value(":seen", decision)));
    runs.forEach(run -> transaction.with(hold(run, now)));
    return transaction.commit();
  }

  private Write hold(Admission run, Instant now) {
    ItemUpdate update =
        from(run.run().runId(), run.phase())
            .set(PHASE, Admission.Phase.UPLOADING.name())
            .remove(STARTED);
    // One that was kept comes back by itself: nobody begins with it.
    boolean beginsWithOthers = run.company() != null && !run.holds();
    return table.change(beginsWithOthers ? update.set(ADMITTED_AT, now) : update);
  }

  /**
   * A run failed and keeps its pending snapshots; whatever its place was before. What a newer build
   * wrote into it besides stays.
   *
   * @param kept in the phase {@link Admission.Phase#KEPT}
   */
  public Write keep(Admission kept) {
    ItemUpdate update = update(kept.run().runId());
    item(kept).withoutKey().forEach(update::setValue);
    return table.change(update);
  }

  /** The execution of a run that holds was started. */
  public void started(RunId runId) {
    table.update(update(runId).set(STARTED, (Boolean) true).onlyIfExists());
  }

  /**
   * A run goes on to another phase.
   *
   * @return false: it was not in the one that it comes from
   */
  public boolean move(RunId runId, Admission.Phase from, Admission.Phase to) {
    return table.update(from(runId, from).set(PHASE, to.name()));
  }

  /** Only a condition: the run is in that phase. */
  public Write stillIn(RunId runId, Admission.Phase phase) {
    return table.check(from(runId, phase));
  }

  /**
   * The run keeps nothing scarce any more and has no place until it asks for one again. False: it
   * is not in that phase.
   */
  public boolean leaveFrom(RunId runId, Admission.Phase phase) {
    return new Transaction(table).with(table.removeIf(from(runId, phase))).commit();
  }

  /** The run needs nothing any more; one that has no place has left already. */
  public void leave(RunId runId) {
    table.delete(PK, sk(runId));
  }

  /** The same, together with what makes it so. */
  public Write left(RunId runId) {
    return table.remove(PK, sk(runId));
  }

  private static ItemUpdate from(RunId runId, Admission.Phase phase) {
    return update(runId).onlyIf("#phase = :from", PHASE).value(":from", phase.name());
  }

  private static ItemUpdate update(RunId runId) {
    return ItemUpdate.of(PK, sk(runId));
  }

  private static String sk(RunId runId) {
    return SK_PREFIX + runId;
  }

  private static Item item(Admission admission) {
    Admission.Company company = admission.company();
    Item item =
        Item.of(PK, sk(admission.run().runId()))
            .with(JOB_ID, admission.run().jobId().value())
            .with(ENVIRONMENT, admission.environment().value())
            .with(SNAPSHOTS, admission.snapshots())
            .with(FIRST, admission.first())
            .with(SINCE, admission.since())
            .with(PHASE, admission.phase().name())
            .with(STARTED, admission.started())
            .with(APPLIED, admission.applied());
    return company == null
        ? item
        : item.with(APP_ID, company.appId().value())
            .with(APP_SNAPSHOTS, company.snapshots())
            .with(ADMITTED_AT, company.admittedAt());
  }

  private static Admission read(Item item) {
    return new Admission(
        new RunReference(
            new JobId(item.text(JOB_ID)),
            new RunId(item.text(Item.SK).substring(SK_PREFIX.length()))),
        new EnvironmentName(item.text(ENVIRONMENT)),
        item.count(SNAPSHOTS),
        item.flag(FIRST),
        item.time(SINCE),
        Admission.Phase.valueOf(item.text(PHASE)),
        item.flag(STARTED),
        item.number(APPLIED),
        item.findText(APP_ID)
            .map(
                appId ->
                    new Admission.Company(
                        new AppId(appId),
                        item.count(APP_SNAPSHOTS),
                        item.findTime(ADMITTED_AT).orElse(null)))
            .orElse(null));
  }
}
