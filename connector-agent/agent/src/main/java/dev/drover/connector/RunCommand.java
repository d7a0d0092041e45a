package dev.drover.connector;

import dev.drover.connector.agent.Agent;
import dev.drover.connector.agent.RunObserver;
import dev.drover.connector.agent.TaskOutcome;
import dev.drover.connector.config.ConnectorConfig;
import dev.drover.connector.log.JsonLogs;
import dev.drover.connector.log.RotatingFile;
import dev.drover.connector.pipeline.ExtentWorkers;
import dev.drover.connector.progress.ConsoleProgress;
import dev.drover.connector.state.StateDirectory;
import dev.drover.connector.task.RunProgress;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the agent until it is stopped. */
final class RunCommand {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

  private final ConnectorConfig config;
  private final ConnectorWiring wiring;
  private final Options options;

  /**
   * How it runs.
   *
   * @param progress whether somebody watches; then logs go to a file, so that they do not mix
   * @param terminal whether lines can be redrawn
   * @param once end after the first task
   */
  record Options(boolean progress, boolean terminal, boolean verbose, boolean once) {}

  RunCommand(ConnectorConfig config, ConnectorWiring wiring, Options options) {
    this.config = config;
    this.wiring = wiring;
    this.options = options;
  }

  /**
   * Runs.
   *
   * @param agentReady is given the agent before it begins, to stop it by
   * @return how many tasks failed
   */
  int run(PrintStream out, OutputStream err, Consumer<Agent> agentReady) throws IOException {
    try (StateDirectory state = StateDirectory.open(config.stateDirectory());
        ConsoleProgress console = new ConsoleProgress(out, options.terminal(), System::nanoTime);
        ExtentWorkers workers = wiring.workers(state)) {
      JsonLogs.open(logTarget(state, err), wiring.clock(), options.verbose());
      if (options.progress()) {
        console.start();
      }
      RunObserver observer = options.progress() ? console : new Unwatched();
      LOG.atInfo()
          .addKeyValue("version", ConnectorWiring.version())
          .addKeyValue("connectorId", config.connectorId())
          .addKeyValue("instance", wiring.instance())
          .addKeyValue("environment", config.environment())
          .addKeyValue("source", config.source().description())
          .addKeyValue("queue", config.taskQueueUrl())
          .addKeyValue("bucket", config.bucket())
          .log("connector.started");
      if (options.terminal()) {
        out.println(started(state));
      }
      Agent agent = wiring.agent(state, workers, observer, options.once());
      agentReady.accept(agent);
      return agent.run();
    }
  }

  private String started(StateDirectory state) {
    return "connector "
        + ConnectorWiring.version()
        + " ("
        + config.connectorId()
        + ") serves "
        + config.source().description()
        + "; it waits for tasks and logs to "
        + log(state);
  }

  private static Path log(StateDirectory state) {
    return state.logs().resolve("connector.jsonl");
  }

  private OutputStream logTarget(StateDirectory state, OutputStream err) throws IOException {
    return options.progress() ? new RotatingFile(log(state)) : err;
  }

  /** Nobody watches. */
  private static final class Unwatched implements RunObserver {
    @Override
    public void started(RunProgress progress) {}

    @Override
    public void troubled(String what, String sentence) {}

    @Override
    public void ended(RunProgress progress, TaskOutcome outcome) {}
  }
}
