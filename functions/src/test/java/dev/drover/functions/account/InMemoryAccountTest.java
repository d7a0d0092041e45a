package dev.drover.functions.account;

import dev.drover.functions.state.RunReference;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;

/** The doubles keep the contracts that the adapters keep against what plays AWS at the wire. */
final class InMemoryAccountTest extends EbsContracts {
  private final InstantSource clock = InstantSource.system();
  private final InMemoryEbs ebs = new InMemoryEbs(clock);
  private final InMemoryImages images = new InMemoryImages(ebs);
  private final EbsPorts ports =
      new EbsPorts(ebs, ebs, ebs, ebs, images, new InMemoryImageImports(ebs, images));

  @Nested
  final class Objects extends ObjectStoreContract {
    private final InMemoryObjects objects = new InMemoryObjects(clock);

    @Override
    protected ObjectStore objects() {
      return objects;
    }
  }

  @Nested
  final class Messages extends QueuesContract {
    private final InMemoryQueues queues = new InMemoryQueues();

    @Override
    protected Queues queues() {
      return queues;
    }

    @Override
    protected String create(String queueName) {
      return queues.create(queueName);
    }

    @Override
    protected List<Received> receive(String queueUrl) {
      return queues.take().stream()
          .filter(sent -> sent.queueUrl().equals(queueUrl))
          .map(sent -> new Received(sent.body(), sent.numbers()))
          .toList();
    }
  }

  @Nested
  final class Schedules extends RunScheduleContract {
    private final InMemorySchedule schedule = new InMemorySchedule();

    @Override
    protected RunSchedule schedule() {
      return schedule;
    }

    @Override
    protected Optional<Instant> timeOf(JobId jobId, RunId runId) {
      return Optional.ofNullable(schedule.standing.get(new RunReference(jobId, runId)));
    }
  }

  @Nested
  final class Scripts extends CommandsContract {
    private static final String INSTANCE = "i-0123456789abcdef0";
    private final InMemoryCommands commands = new InMemoryCommands();

    Scripts() {
      commands.nodes.put(INSTANCE, new Commands.Node("Linux", "Online"));
    }

    @Override
    protected Commands commands() {
      return commands;
    }

    @Override
    protected String managed() {
      return INSTANCE;
    }

    @Override
    protected void script(String key, String output, String error, int code) {
      commands.outcomes.put(
          key,
          new Commands.Invocation(
              code == 0 ? Commands.Status.SUCCEEDED : Commands.Status.FAILED,
              code == 0 ? "Success" : "Failed",
              code,
              output,
              error,
              null));
    }
  }

  @Nested
  final class Starts extends ExecutionsContract {
    private final InMemoryExecutions executions = new InMemoryExecutions();

    @Override
    protected Executions executions() {
      return executions;
    }

    @Override
    protected List<String> inputs(String executionName) {
      String input = executions.started.get(executionName);
      return input == null ? List.of() : List.of(input);
    }
  }

  @Nested
  final class Tokens extends TaskTokensContract {
    private final InMemoryTaskTokens tokens = new InMemoryTaskTokens();

    @Override
    protected TaskTokens tokens() {
      return tokens;
    }

    @Override
    protected String open() {
      return tokens.open();
    }

    @Override
    protected String output(String token) {
      return tokens.succeeded.getOrDefault(token, "");
    }
  }

  @Override
  protected EbsPorts ports() {
    return ports;
  }

  @Override
  protected void encryptByDefault(boolean encrypted) {
    ebs.encryptByDefault(encrypted);
  }
}
