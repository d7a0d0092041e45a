package dev.drover.local.simulation.aws;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.drover.local.simulation.kernel.SimulatedProcess;
import dev.drover.local.simulation.kernel.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Lambda: environments that are made when they are needed and kept for a while, one call at a time
 * in each; a timeout that kills; retries of what nobody waits for; the pollers of queues.
 */
public final class Lambda {
  /** Lambda's own: what is not called for so long is gone; nobody documents the number. */
  private static final Duration IDLE = Duration.ofMinutes(10);

  private static final int ASYNC_RETRIES = 2;

  private final Simulation simulation;
  private final Queues queues;
  private final RandomGenerator random;
  private final int accountConcurrency;
  private final Map<String, Function> functions = new LinkedHashMap<>();
  private final Map<String, Long> invocations = new LinkedHashMap<>();
  private final Map<String, Duration> durations = new LinkedHashMap<>();
  private int running;
  private int most;
  private long throttles;
  private long environments;

  Lambda(Simulation simulation, Queues queues, int accountConcurrency) {
    this.simulation = simulation;
    this.queues = queues;
    this.random = simulation.newRandom();
    this.accountConcurrency = accountConcurrency;
  }

  /** A function's code in one environment. */
  @FunctionalInterface
  interface Code {
    /** Takes an event and answers; what it throws is the invocation's failure. */
    Object handle(Object event, Instant deadline) throws Exception;
  }

  /** Makes a function's code in an environment whose death ends the calls in it. */
  @FunctionalInterface
  interface CodeFactory {
    Code create(String environment, Runnable death);
  }

  /** What hears of an invocation's end. */
  interface Callback {
    void succeeded(Object answer);

    void failed(String error, String message);
  }

  private static final class Function {
    final String name;
    final CodeFactory code;
    Duration timeout;
    final Deque<Environment> idle = new ArrayDeque<>();

    Function(String name, Duration timeout, CodeFactory code) {
      this.name = name;
      this.timeout = timeout;
      this.code = code;
    }
  }

  private static final class Environment {
    final Function function;
    final String name;
    @Nullable Code code;
    @Nullable Invocation at;
    Instant lastUsed;

    Environment(Function function, long number, Instant now) {
      this.function = function;
      this.name = function.name + "-" + number;
      this.lastUsed = now;
    }
  }

  private static final class Invocation {
    final Callback callback;
    @Nullable SimulatedProcess process;
    Simulation.@Nullable Appointment timeout;
    @Nullable Instant begun;
    boolean over;

    Invocation(Callback callback) {
      this.callback = callback;
    }
  }

  void create(String name, Duration timeout, CodeFactory code) {
    functions.put(name, new Function(name, timeout, code));
  }

  /** Gives the calls of a function that begin from now on another time. */
  void allow(String name, Duration timeout) {
    function(name).timeout = timeout;
  }

  /** How often each function was called. */
  public Map<String, Long> invocations() {
    return invocations;
  }

  /** How long the calls of each function took together. */
  public Map<String, Duration> durations() {
    return durations;
  }

  /** The most calls at a time. */
  public int mostAtOnce() {
    return most;
  }

  /** How many calls were refused for want of concurrency. */
  public long throttles() {
    return throttles;
  }

  /** Calls a function; the callback hears how it ended. */
  void invoke(String name, Object event, Callback callback) {
    Function function = function(name);
    if (running >= accountConcurrency) {
      throttles++;
      simulation.after(
          Duration.ofMillis(10),
          () -> callback.failed("Lambda.TooManyRequestsException", "Rate Exceeded."));
      return;
    }
    running++;
    most = Math.max(most, running);
    invocations.merge(name, 1L, Long::sum);
    Environment environment = environment(function);
    Invocation invocation = new Invocation(callback);
    environment.at = invocation;
    boolean cold = environment.code == null;
    Duration start = Duration.ofMillis(cold ? 500L + random.nextInt(2_000) : 5L);
    simulation.after(start, () -> run(environment, invocation, event));
  }

  private Function function(String name) {
    Function function = functions.get(name);
    if (function == null) {
      throw new IllegalArgumentException("no function " + name);
    }
    return function;
  }

  private Environment environment(Function function) {
    Environment warm = function.idle.pollLast();
    while (warm != null && warm.lastUsed.plus(IDLE).isBefore(simulation.instant())) {
      warm = function.idle.pollLast();
    }
    return warm != null ? warm : new Environment(function, ++environments, simulation.instant());
  }

  private void run(Environment environment, Invocation invocation, Object event) {
    Function function = environment.function;
    invocation.begun = simulation.instant();
    Instant deadline = simulation.instant().plus(function.timeout);
    invocation.timeout =
        simulation.at(
            deadline,
            () ->
                die(
                    environment,
                    invocation,
                    "Sandbox.Timedout",
                    "Task timed out after " + function.timeout.toSeconds() + " seconds"));
    invocation.process =
        simulation.start(
            environment.name,
            () -> {
              try {
                if (environment.code == null) {
                  environment.code =
                      function.code.create(environment.name, () -> crash(environment));
                }
                Object answer = environment.code.handle(event, deadline);
                end(environment, invocation);
                invocation.callback.succeeded(answer);
              } catch (Exception e) {
                simulation.trace().line(environment.name, "failed: " + e);
                end(environment, invocation);
                invocation.callback.failed(e.getClass().getName(), String.valueOf(e.getMessage()));
              }
            });
  }

  private void end(Environment environment, Invocation invocation) {
    over(environment, invocation);
    environment.at = null;
    environment.lastUsed = simulation.instant();
    environment.function.idle.add(environment);
  }

  /** The process of an environment ends in the midst of a call. */
  private void crash(Environment environment) {
    Invocation invocation = environment.at;
    if (invocation != null) {
      // Step Functions and queues hear of it as Lambda reports it.
      simulation.after(
          Duration.ofMillis(50),
          () ->
              die(
                  environment,
                  invocation,
                  "Runtime.ExitError",
                  "RequestId: … Error: Runtime exited without providing a reason"));
      if (invocation.process != null) {
        invocation.process.kill();
      }
    }
  }

  private void die(Environment environment, Invocation invocation, String error, String message) {
    if (invocation.over) {
      return;
    }
    simulation.trace().line(environment.name, error);
    if (invocation.process != null) {
      invocation.process.kill();
    }
    over(environment, invocation);
    invocation.callback.failed(error, message);
  }

  private void over(Environment environment, Invocation invocation) {
    invocation.over = true;
    if (invocation.begun != null) {
      Duration took = Duration.between(invocation.begun, simulation.instant());
      durations.merge(environment.function.name, took, Duration::plus);
    }
    running--;
    if (invocation.timeout != null) {
      invocation.timeout.cancel();
    }
  }

  /**
   * Calls a function for which nobody waits: twice more after a failure, then to the destination.
   *
   * @param failed hears of the last failure
   */
  void invokeLater(String name, Object event, Runnable failed) {
    invokeLater(name, event, ASYNC_RETRIES, failed);
  }

  private void invokeLater(String name, Object event, int retries, Runnable failed) {
    invoke(
        name,
        event,
        new Callback() {
          @Override
          public void succeeded(Object answer) {}

          @Override
          public void failed(String error, String message) {
            boolean throttled = error.equals("Lambda.TooManyRequestsException");
            if (retries == 0 && !throttled) {
              simulation.trace().line(name, "given up: " + error + ": " + message);
              failed.run();
              return;
            }
            Duration pause =
                throttled ? Duration.ofSeconds(10) : Duration.ofMinutes(retries == 2 ? 1 : 2);
            simulation.after(
                pause, () -> invokeLater(name, event, throttled ? retries : retries - 1, failed));
          }
        });
  }

  /** Lets a queue's messages call a function, one a call, so many at a time. */
  void poll(String queueUrl, String function, int concurrency) {
    new Poller(queueUrl, function, concurrency).look();
  }

  private final class Poller {
    private final String queueUrl;
    private final String function;
    private final int concurrency;
    private int calls;
    private boolean listening;

    Poller(String queueUrl, String function, int concurrency) {
      this.queueUrl = queueUrl;
      this.function = function;
      this.concurrency = concurrency;
    }

    void look() {
      while (calls < concurrency) {
        List<Queues.Delivery> received = queues.receive(queueUrl, 1);
        if (received.isEmpty()) {
          listen();
          return;
        }
        call(received.getFirst());
      }
    }

    /** Nothing is asked for while nothing is there; the pause is what a poll takes. */
    private void listen() {
      if (!listening) {
        listening = true;
        var _ =
            queues
                .nextArrival(queueUrl)
                .thenAccept(
                    arrived ->
                        simulation.after(
                            Duration.ofMillis(50),
                            () -> {
                              listening = false;
                              look();
                            }));
      }
    }

    private void call(Queues.Delivery delivery) {
      calls++;
      invoke(
          function,
          event(delivery),
          new Callback() {
            @Override
            public void succeeded(Object answer) {
              boolean good =
                  !(answer instanceof SQSBatchResponse response)
                      || response.getBatchItemFailures().isEmpty();
              if (good) {
                queues.delete(queueUrl, delivery.receipt());
              }
              ended();
            }

            @Override
            public void failed(String error, String message) {
              ended();
            }
          });
    }

    private void ended() {
      calls--;
      simulation.after(Duration.ofMillis(1), this::look);
    }

    private SQSEvent event(Queues.Delivery delivery) {
      SQSEvent.SQSMessage message = new SQSEvent.SQSMessage();
      message.setMessageId(delivery.message().id);
      message.setBody(delivery.message().body);
      message.setReceiptHandle(delivery.receipt());
      Map<String, SQSEvent.MessageAttribute> attributes = new HashMap<>();
      delivery
          .message()
          .attributes
          .forEach(
              (name, value) -> {
                SQSEvent.MessageAttribute attribute = new SQSEvent.MessageAttribute();
                attribute.setDataType(value.dataType());
                attribute.setStringValue(value.stringValue());
                attributes.put(name, attribute);
              });
      message.setMessageAttributes(attributes);
      SQSEvent event = new SQSEvent();
      event.setRecords(new ArrayList<>(List.of(message)));
      return event;
    }
  }
}
