package dev.drover.infra;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a deployment chooses, read once from the context of the app (cdk.json, {@code -c
 * key=value}).
 *
 * @param stackName context {@code drover:stackName}, default {@code Drover}; begins the names of
 *     queues and functions, so that two stacks live side by side
 * @param local context {@code drover:local}, default {@code false}: deploy to the local cloud
 * @param apiAccessLog context {@code drover:apiAccessLog}, default {@code false}: API Gateway logs
 *     every call, for which it wants a role of the whole account and region, see {@link SmsApi}
 * @param pendingSnapshots context {@code drover:pendingSnapshots}, default 100: pending EBS
 *     snapshots that all runs together may have; the account's quota less what others need
 * @param putBlocksPerSecond context {@code drover:putBlocksPerSecond}, default 1,000: the account's
 *     quota of PutSnapshotBlock, which the number of segments that are applied at once follows
 * @param patienceHours context {@code drover:patienceHours}, default 6, 1 to 168: a run in which
 *     nothing more becomes durable for so long fails, and is kept to be resumed
 * @param alarmTopicArn context {@code drover:alarmTopicArn}: the SNS topic that alarms are told,
 *     see {@link Watch}; null: none
 * @param jobs what jobs may be, see {@link JobSettings}
 * @param apps what applications may be, see {@link AppSettings}
 * @param connectors context {@code drover:connectors}, a JSON array of {name, environment}, default
 *     empty
 */
record DroverSettings(
    String stackName,
    boolean local,
    boolean apiAccessLog,
    int pendingSnapshots,
    int putBlocksPerSecond,
    int patienceHours,
    @Nullable String alarmTopicArn,
    JobSettings jobs,
    AppSettings apps,
    List<ConnectorDeclaration> connectors) {
  private static final String PREFIX = "drover:";
  private static final String STACK_NAME = PREFIX + "stackName";
  private static final String LOCAL = PREFIX + "local";
  private static final String CONNECTORS = PREFIX + "connectors";
  private static final String API_ACCESS_LOG = PREFIX + "apiAccessLog";
  private static final String PENDING_SNAPSHOTS = PREFIX + "pendingSnapshots";
  private static final String PUT_BLOCKS_PER_SECOND = PREFIX + "putBlocksPerSecond";

  /**
   * EBS's quotas in an account where nobody raised them.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/ebs/latest/userguide/ebs-resource-quotas.html">quotas</a>
   */
  private static final int PENDING_SNAPSHOTS_QUOTA = 100;

  private static final int PUT_BLOCKS_QUOTA = 1_000;

  /** A server has up to 22 disks, see InventoryServer in replication-protocol. */
  private static final int MIN_PENDING_SNAPSHOTS = 22;

  /** What the two segment functions do that Lambda has at least. */
  private static final int MIN_PUT_BLOCKS = 2 * DeployTarget.PUTS_OF_A_FUNCTION;

  /** More than EBS gives to anybody. */
  private static final int MAX_QUOTA = 100_000;

  private static final String PATIENCE_HOURS = PREFIX + "patienceHours";
  private static final String ALARM_TOPIC_ARN = PREFIX + "alarmTopicArn";

  /**
   * Of a standard topic; a FIFO topic takes no alarms.
   *
   * @see <a href="https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html">names</a>
   */
  private static final Pattern TOPIC_ARNS =
      Pattern.compile("arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}");

  /** For example {@code eu-central-1}, {@code us-gov-west-1}. */
  private static final Pattern REGIONS = Pattern.compile("[a-z]{2}(-[a-z]{1,20}){1,3}-[0-9]{1,2}");

  private static final String MAX_FREQUENCY_HOURS = PREFIX + "maxFrequencyHours";
  private static final String ON_DEMAND_RUNS = PREFIX + "onDemandRuns";
  private static final String FAILURES_BEFORE_PAUSE = PREFIX + "failuresBeforePause";
  private static final String RECENT_AMIS_TO_KEEP = PREFIX + "recentAmisToKeep";
  private static final String MAX_APPLICATIONS = PREFIX + "maxApplications";
  private static final String MAX_SERVER_GROUPS = PREFIX + "maxServerGroups";
  private static final String MAX_SERVERS_OF_APPLICATION = PREFIX + "maxServersOfApplication";
  private static final String DISCOVERY_REGION = PREFIX + "discoveryRegion";
  private static final Set<String> KEYS =
      Set.of(
          STACK_NAME,
          LOCAL,
          API_ACCESS_LOG,
          PENDING_SNAPSHOTS,
          PUT_BLOCKS_PER_SECOND,
          PATIENCE_HOURS,
          ALARM_TOPIC_ARN,
          MAX_FREQUENCY_HOURS,
          ON_DEMAND_RUNS,
          FAILURES_BEFORE_PAUSE,
          RECENT_AMIS_TO_KEEP,
          MAX_APPLICATIONS,
          MAX_SERVER_GROUPS,
          MAX_SERVERS_OF_APPLICATION,
          DISCOVERY_REGION,
          CONNECTORS);

  /** Longer than an attempt at a run may last is no patience. */
  private static final int MAX_PATIENCE_HOURS = 168;

  private static final int DEFAULT_PATIENCE_HOURS = 6;

  /** SMS's own; only of failures it names no number. */
  private static final JobSettings SMS = new JobSettings(24, 2, 3, 0);

  /** SMS's own. */
  private static final AppSettings SMS_APPS = new AppSettings(50, 10, 50, null);

  /** What DynamoDB takes in a transaction, less what else belongs to an application. */
  private static final int MAX_SERVERS = 80;

  /** A second run after a job's 90 days would never take place. */
  private static final int MAX_MAX_FREQUENCY_HOURS = 90 * 24;

  /** As good as no limit. */
  private static final int MAX_COUNT = 1_000;

  /** What a job may say itself, see CreateReplicationJob. */
  private static final int MAX_RECENT_AMIS = 270;

  /**
   * A function's name has at most 64 characters, of which the longest construct takes 17.
   *
   * @see <a href="https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html">names</a>
   */
  private static final Pattern STACK_NAMES = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,39}");

  /**
   * CloudFormation takes 500 resources in a stack. The fixed ones are 184, each environment has 6,
   * each connector as many; a test synthesizes the most. (A bucket would tell of 99 environments.)
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html">quotas</a>
   */
  private static final int MAX_ENVIRONMENTS_AND_CONNECTORS = 50;

  /** Stack and environment begin the name of a queue of at most 80 characters. */
  private static final int MAX_STACK_AND_ENVIRONMENT_CHARS = 64;

  DroverSettings {
    connectors = List.copyOf(connectors);
  }

  /** Those that connectors serve. */
  Set<String> environments() {
    return connectors.stream()
        .map(ConnectorDeclaration::environment)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Reads the settings from a context.
   *
   * @throws InvalidSettingsException naming every unknown key and every value that cannot be used
   */
  static DroverSettings from(Map<String, ?> context) {
    List<String> problems = new ArrayList<>();
    unknownKeys(context).forEach(key -> problems.add("unknown key " + key));
    String stackName = String.valueOf(valueOr(context, STACK_NAME, "Drover"));
    if (!STACK_NAMES.matcher(stackName).matches()) {
      problems.add("%s must match %s, but is '%s'".formatted(STACK_NAME, STACK_NAMES, stackName));
    }
    boolean local = flag(context, LOCAL, problems);
    boolean apiAccessLog = flag(context, API_ACCESS_LOG, problems);
    int pendingSnapshots =
        number(
            context,
            PENDING_SNAPSHOTS,
            PENDING_SNAPSHOTS_QUOTA,
            MIN_PENDING_SNAPSHOTS,
            MAX_QUOTA,
            problems);
    int putBlocks =
        number(
            context, PUT_BLOCKS_PER_SECOND, PUT_BLOCKS_QUOTA, MIN_PUT_BLOCKS, MAX_QUOTA, problems);
    int patienceHours =
        number(context, PATIENCE_HOURS, DEFAULT_PATIENCE_HOURS, 1, MAX_PATIENCE_HOURS, problems);
    String alarmTopicArn = alarmTopicArn(context, problems);
    JobSettings jobs = jobs(context, problems);
    AppSettings apps = apps(context, problems);
    List<ConnectorDeclaration> connectors =
        connectors(valueOr(context, CONNECTORS, List.of()), problems);
    DroverSettings settings =
        new DroverSettings(
            stackName,
            local,
            apiAccessLog,
            pendingSnapshots,
            putBlocks,
            patienceHours,
            alarmTopicArn,
            jobs,
            apps,
            connectors);
    problems.addAll(settings.tooMany());
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems);
    }
    return settings;
  }

  private static @Nullable String alarmTopicArn(Map<String, ?> context, List<String> problems) {
    Object value = context.get(ALARM_TOPIC_ARN);
    if (value == null) {
      return null;
    }
    String arn = String.valueOf(value);
    if (!TOPIC_ARNS.matcher(arn).matches()) {
      problems.add(
          "%s must be the ARN of a standard SNS topic, but is '%s'"
              .formatted(ALARM_TOPIC_ARN, arn));
    }
    return arn;
  }

  private static JobSettings jobs(Map<String, ?> context, List<String> problems) {
    return new JobSettings(
        number(
            context,
            MAX_FREQUENCY_HOURS,
            SMS.maxFrequencyHours(),
            1,
            MAX_MAX_FREQUENCY_HOURS,
            problems),
        number(context, ON_DEMAND_RUNS, SMS.onDemandRuns(), 1, MAX_COUNT, problems),
        number(context, FAILURES_BEFORE_PAUSE, SMS.failuresBeforePause(), 1, MAX_COUNT, problems),
        number(context, RECENT_AMIS_TO_KEEP, SMS.recentAmisToKeep(), 0, MAX_RECENT_AMIS, problems));
  }

  private static AppSettings apps(Map<String, ?> context, List<String> problems) {
    return new AppSettings(
        number(context, MAX_APPLICATIONS, SMS_APPS.maxApps(), 1, MAX_COUNT, problems),
        number(context, MAX_SERVER_GROUPS, SMS_APPS.maxServerGroups(), 1, MAX_SERVERS, problems),
        number(
            context, MAX_SERVERS_OF_APPLICATION, SMS_APPS.maxServers(), 1, MAX_SERVERS, problems),
        discoveryRegion(context, problems));
  }

  private static @Nullable String discoveryRegion(Map<String, ?> context, List<String> problems) {
    Object value = context.get(DISCOVERY_REGION);
    if (value == null) {
      return null;
    }
    String region = String.valueOf(value);
    if (!REGIONS.matcher(region).matches()) {
      problems.add("%s must be a Region's name, but is '%s'".formatted(DISCOVERY_REGION, region));
    }
    return region;
  }

  private List<String> tooMany() {
    List<String> problems = new ArrayList<>();
    Set<String> environments = environments();
    if (environments.size() + connectors.size() > MAX_ENVIRONMENTS_AND_CONNECTORS) {
      problems.add(
          "%s has %d connectors in %d environments, together at most %d in one stack: deploy another"
              .formatted(
                  CONNECTORS,
                  connectors.size(),
                  environments.size(),
                  MAX_ENVIRONMENTS_AND_CONNECTORS));
    }
    environments.stream()
        .filter(name -> stackName.length() + name.length() > MAX_STACK_AND_ENVIRONMENT_CHARS)
        .forEach(
            name ->
                problems.add(
                    "%s and the environment '%s' have more than %d characters together"
                        .formatted(STACK_NAME, name, MAX_STACK_AND_ENVIRONMENT_CHARS)));
    return problems;
  }

  private static boolean flag(Map<String, ?> context, String key, List<String> problems) {
    String value = String.valueOf(valueOr(context, key, "false"));
    if (!Set.of("true", "false").contains(value)) {
      problems.add("%s must be true or false, but is '%s'".formatted(key, value));
    }
    return Boolean.parseBoolean(value);
  }

  /** A whole number. */
  private static int number(
      Map<String, ?> context, String key, int fallback, int min, int max, List<String> problems) {
    String value = String.valueOf(valueOr(context, key, fallback));
    if (value.matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    }
    problems.add("%s must be from %d to %d, but is '%s'".formatted(key, min, max, value));
    return fallback;
  }

  private static Set<String> unknownKeys(Map<String, ?> context) {
    Set<String> unknown = new TreeSet<>(context.keySet());
    unknown.removeIf(key -> !key.startsWith(PREFIX) || KEYS.contains(key));
    return unknown;
  }

  private static Object valueOr(Map<String, ?> context, String key, Object fallback) {
    Object value = context.get(key);
    return value == null ? fallback : value;
  }

  private static List<ConnectorDeclaration> connectors(Object value, List<String> problems) {
    List<ConnectorDeclaration> connectors = new ArrayList<>();
    Set<String> outputs = new HashSet<>();
    for (Object element : elements(value, problems)) {
      try {
        ConnectorDeclaration connector = connector(element);
        connectors.add(connector);
        if (!outputs.add(connector.pascalName())) {
          problems.add(
              "%s: two connectors give the output Connector%sConfig"
                  .formatted(CONNECTORS, connector.pascalName()));
        }
      } catch (IllegalArgumentException e) {
        problems.add(CONNECTORS + ": " + e.getMessage());
      }
    }
    return connectors;
  }

  private static ConnectorDeclaration connector(Object element) {
    if (element instanceof Map<?, ?> members
        && members.keySet().equals(Set.of("name", "environment"))) {
      return new ConnectorDeclaration(
          String.valueOf(members.get("name")), String.valueOf(members.get("environment")));
    }
    throw new IllegalArgumentException(
        "a connector is {\"name\": …, \"environment\": …}, but one is " + element);
  }

  /** In cdk.json the value is a list; on the command line ({@code -c}) it is that list as text. */
  private static List<?> elements(Object value, List<String> problems) {
    Object parsed = value;
    if (value instanceof String text) {
      try {
        parsed = new ObjectMapper().readValue(text, Object.class);
      } catch (JsonProcessingException e) {
        problems.add(CONNECTORS + " is not JSON: " + text);
        return List.of();
      }
    }
    if (parsed instanceof List<?> list) {
      return list;
    }
    problems.add(CONNECTORS + " must be a JSON array, but is " + value);
    return List.of();
  }
}
