package dev.drover.functions.state;

import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * All that Drover remembers: the one table, a gateway for each kind of item in it. A gateway reads
 * items into records and carries out the transitions that the kind allows; nobody else touches the
 * table.
 */
public final class State {
  private final Table table;
  private final Runs runs;
  private final Jobs jobs;
  private final Apps apps;
  private final AppConfigurations appConfigurations;
  private final LaunchedValidations launchedValidations;
  private final CommandedValidations commandedValidations;
  private final TestLaunches testLaunches;
  private final RunDisks disks;
  private final Receipts receipts;
  private final SettledGroups settledGroups;
  private final SegmentWaits segmentWaits;
  private final BaseSnapshots bases;
  private final Servers servers;
  private final Connectors connectors;
  private final ServerCatalog catalog;
  private final Admissions admissions;
  private final Leftovers leftovers;
  private final RunStories stories;
  private final Rounds sweep;
  private final Rounds jobLook;
  private final OldVersions oldVersions;
  private final NewIds ids;

  /**
   * What that table holds.
   *
   * @param random draws new ids
   */
  public State(DynamoDbClient dynamoDb, String tableName, RandomGenerator random) {
    this(new Table(dynamoDb, tableName), random);
  }

  State(Table table, RandomGenerator random) {
    this.table = table;
    this.runs = new Runs(table);
    this.jobs = new Jobs(table);
    this.apps = new Apps(table);
    this.appConfigurations = new AppConfigurations(table);
    this.launchedValidations = new LaunchedValidations(table);
    this.commandedValidations = new CommandedValidations(table);
    this.testLaunches = new TestLaunches(table);
    this.disks = new RunDisks(table);
    this.receipts = new Receipts(table, disks);
    this.settledGroups = new SettledGroups(table);
    this.segmentWaits = new SegmentWaits(table);
    this.bases = new BaseSnapshots(table);
    this.servers = new Servers(table);
    this.connectors = new Connectors(table);
    this.catalog = new ServerCatalog(table);
    this.admissions = new Admissions(table);
    this.leftovers = new Leftovers(table);
    this.stories = new RunStories(table);
    this.sweep = new Rounds(table, "-");
    this.jobLook = new Rounds(table, "jobs");
    this.oldVersions = new OldVersions(table);
    this.ids = new NewIds(table, random);
  }

  /** What happened to runs. */
  public RunStories stories() {
    return stories;
  }

  /** The runs of jobs. */
  public Runs runs() {
    return runs;
  }

  /** The jobs. */
  public Jobs jobs() {
    return jobs;
  }

  /** The applications. */
  public Apps apps() {
    return apps;
  }

  /** The configurations of applications. */
  public AppConfigurations appConfigurations() {
    return appConfigurations;
  }

  /** What came of the validations of applications. */
  public LaunchedValidations launchedValidations() {
    return launchedValidations;
  }

  /** The scripts of applications that Systems Manager runs. */
  public CommandedValidations commandedValidations() {
    return commandedValidations;
  }

  /** The disks of runs. */
  public RunDisks disks() {
    return disks;
  }

  /** The receipts of extents. */
  public Receipts receipts() {
    return receipts;
  }

  /** What looks at disks need not read again. */
  public SettledGroups settledGroups() {
    return settledGroups;
  }

  /** The waits for segments of runs. */
  public SegmentWaits segmentWaits() {
    return segmentWaits;
  }

  /** The bases of jobs' disks. */
  public BaseSnapshots bases() {
    return bases;
  }

  /** The servers of the catalog. */
  public Servers servers() {
    return servers;
  }

  /** The connectors. */
  public Connectors connectors() {
    return connectors;
  }

  /** The test launches of applications. */
  public TestLaunches testLaunches() {
    return testLaunches;
  }

  /** The catalog as a whole. */
  public ServerCatalog catalog() {
    return catalog;
  }

  /** The line of runs. */
  public Admissions admissions() {
    return admissions;
  }

  /** What runs may have left behind. */
  public Leftovers leftovers() {
    return leftovers;
  }

  /** The hourly looks at all jobs; a part is named by the job before it. */
  public Rounds jobLook() {
    return jobLook;
  }

  /** The rounds of the sweep. */
  public Rounds sweep() {
    return sweep;
  }

  /** Versions of functions that were replaced. */
  public OldVersions oldVersions() {
    return oldVersions;
  }

  /** Ids to come. */
  public NewIds ids() {
    return ids;
  }

  /** A transaction with nothing in it yet. */
  public Transaction transaction() {
    return new Transaction(table);
  }
}
