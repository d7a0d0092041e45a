package dev.drover.functions.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.Commands.Invocation;
import dev.drover.functions.account.Commands.Request;
import dev.drover.functions.account.Commands.Shell;
import dev.drover.functions.account.Commands.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Commands} promises. */
public abstract class CommandsContract extends PortContract {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String BUCKET = "sms-app-contract";
  private static final String NO_INSTANCE = "i-0fffffffffffffff0";
  private static final String NO_COMMAND = "00000000-0000-4000-8000-000000000000";

  private final String comment = "contract " + unique();
  private final String key = "scripts/" + unique() + ".sh";

  protected abstract Commands commands();

  /** A managed instance of Linux. */
  protected abstract String managed();

  /** A script of that key is there, which prints that and ends so. */
  protected abstract void script(String key, String output, String error, int code);

  private Request request(String instanceId, String commandLine) {
    return new Request(
        instanceId,
        comment,
        BUCKET,
        key,
        commandLine,
        Duration.ofMinutes(1),
        Duration.ofMinutes(1),
        new Commands.Output(BUCKET, "contract"));
  }

  private String script() {
    return "sh " + key.substring(key.lastIndexOf('/') + 1);
  }

  private Invocation ended(String commandId) {
    Instant deadline = Instant.now().plus(LIMIT);
    while (Instant.now().isBefore(deadline)) {
      Optional<Invocation> seen = commands().invocation(commandId, managed(), Shell.SHELL);
      if (seen.filter(Invocation::isEnded).isPresent()) {
        return seen.get();
      }
      Thread.onSpinWait();
    }
    throw new AssertionError("command " + commandId + " does not end");
  }

  @Test
  void node_ofAManagedInstance_answers_andNoOtherIsThere() {
    Commands.Node node = commands().node(managed()).orElseThrow();

    assertThat(node.isOnline()).isTrue();
    assertThat(node.platform()).isEqualTo("Linux");
    assertThat(commands().node(NO_INSTANCE)).isEmpty();
  }

  @Test
  void send_ofAScriptThatEndsWell_succeedsWithWhatItPrinted() {
    script(key, "all answer", "", 0);

    Invocation seen = ended(commands().send(request(managed(), script())));

    assertThat(seen.status()).as(seen.toString()).isEqualTo(Status.SUCCEEDED);
    assertThat(seen.said()).isEqualTo("Success");
    assertThat(seen.exitCode()).isZero();
    assertThat(seen.output()).isEqualToIgnoringNewLines("all answer");
  }

  @Test
  void send_ofAScriptThatFails_failsWithItsCodeAndErrors() {
    script(key, "tried", "nobody listens", 3);

    Invocation seen = ended(commands().send(request(managed(), script())));

    assertThat(seen.status()).isEqualTo(Status.FAILED);
    assertThat(seen.said()).isEqualTo("Failed");
    assertThat(seen.exitCode()).isEqualTo(3);
    assertThat(seen.output()).isEqualToIgnoringNewLines("tried");
    assertThat(seen.error()).startsWith("nobody listens");
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "exit 7"})
  void send_ofNoScript_failsWhateverTheCommandLineDoes(String commandLine) {
    Invocation seen = ended(commands().send(request(managed(), commandLine)));

    assertThat(seen.status()).isEqualTo(Status.FAILED);
    assertThat(seen.exitCode()).isNull();
    assertThat(seen.error()).contains("could not be fetched");
  }

  @Test
  void send_toAnInstanceThatIsNotManaged_isRefused() {
    assertThatThrownBy(() -> commands().send(request(NO_INSTANCE, "true")))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void find_byItsComment_isTheCommand() {
    assertThat(commands().find(managed(), comment)).isEmpty();
    script(key, "", "", 0);

    String commandId = commands().send(request(managed(), script()));
    ended(commandId);

    assertThat(commands().find(managed(), comment)).contains(commandId);
    assertThat(commands().find(managed(), comment + " of another")).isEmpty();
    assertThat(commands().find(NO_INSTANCE, comment)).isEmpty();
  }

  @Test
  void invocation_ofNoCommand_isNotKnown() {
    assertThat(commands().invocation(NO_COMMAND, managed(), Shell.SHELL)).isEmpty();
  }

  @Test
  void cancel_ofWhatNobodyKnows_isSaid() {
    assertThat(commands().cancel(NO_COMMAND)).isFalse();
  }
}
