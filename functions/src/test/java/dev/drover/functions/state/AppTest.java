package dev.drover.functions.state;

import static dev.drover.functions.state.Sample.JOB;
import static dev.drover.functions.state.Sample.NOW;
import static dev.drover.functions.state.Sample.SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.ServerId;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class AppTest {
  private static final AppId ID = new AppId("app-0123456789abcdef0");
  private static final ServerGroupId GROUP = new ServerGroupId("sms-group-0123456789abcdef0");
  private static final ServerId OTHER = new ServerId("s-00000002");
  private static final App.ServerReplication MADE = new App.ServerReplication(SERVER, JOB, null);

  private static App app(App.Replication replication) {
    return new App(
        ID,
        new App.About(null, null, null),
        List.of(new App.ServerGroup(GROUP, null, List.of(SERVER, OTHER))),
        List.of(),
        replication,
        App.Launch.NONE,
        new App.History(NOW, NOW, null, null),
        1);
  }

  @Test
  void serversWithoutReplication_areThoseThatTheRoundHasNotTried() {
    App.Replication round = App.Replication.NONE.started();
    assertThat(app(round).servers()).containsExactly(SERVER, OTHER);
    assertThat(app(round).serversWithoutReplication()).containsExactly(SERVER, OTHER);
    assertThat(app(round.with(List.of(MADE))).serversWithoutReplication()).containsExactly(OTHER);
  }

  @Test
  void started_again_isAnotherRoundInWhichNothingWasTried() {
    App.Replication first = App.Replication.NONE.started().with(List.of(MADE));
    assertThat(first.jobIds()).containsExactly(JOB);
    assertThat(first.with(List.of(App.ServerReplication.failed(SERVER, "why"))).jobIds()).isEmpty();
    assertThat(first.started()).isEqualTo(new App.Replication(false, true, 2, List.of()));
  }

  @Test
  void next_launch_isAnotherRoundOverTheSameStack() {
    App.Launch failed =
        new App.Launch(true, App.LaunchStage.FAILED, 3, "no room", "arn:stack", NOW, false, true);
    assertThat(failed.next(App.LaunchStage.TERMINATING, true))
        .isEqualTo(
            new App.Launch(
                true, App.LaunchStage.TERMINATING, 4, null, "arn:stack", NOW, true, false));
  }

  @Test
  void stages_areAtWorkOrMayHaveAStack() {
    assertThat(App.LaunchStage.values())
        .filteredOn(App.LaunchStage::isAtWork)
        .containsExactly(
            App.LaunchStage.PENDING,
            App.LaunchStage.LAUNCHING,
            App.LaunchStage.RELAUNCHING,
            App.LaunchStage.TERMINATING);
    assertThat(App.LaunchStage.values())
        .filteredOn(stage -> !stage.mayHaveStack())
        .containsExactly(App.LaunchStage.NONE, App.LaunchStage.TERMINATED);
  }

  /** They become parts of keys and of names of stacks. */
  @Test
  void ids_ofAnotherForm_areRefused() {
    assertRefused(AppId::new, "app-0123456789abcdef");
    assertRefused(ServerGroupId::new, "sg-0123456789abcdef0");
    assertRefused(ValidationId::new, "val-0123456789abcdeF0");
    assertThat(ID).hasToString("app-0123456789abcdef0");
    assertThat(GROUP).hasToString("sms-group-0123456789abcdef0");
    assertThat(new ValidationId("val-0123456789abcdef0")).hasToString("val-0123456789abcdef0");
  }

  private static void assertRefused(Function<String, Object> id, String value) {
    assertThatThrownBy(() -> id.apply(value)).isInstanceOf(InvalidMessageException.class);
  }
}
