package dev.drover.functions.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.account.Instances;
import dev.drover.protocol.ServerId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TestLaunchesTest {
  private static final AppId ID = new AppId("app-0123456789abcdef0");
  private static final Instant ASKED = Instant.parse("2026-11-29T01:00:00Z");
  private static final TestLaunch.Server SERVER =
      new TestLaunch.Server(new ServerId("s-00000001"), "db", "ami-1", "sms-run-00000001");
  static final TestLaunch ASKED_FOR =
      new TestLaunch(
          ID,
          1,
          TestLaunch.Stage.PENDING,
          new TestLaunch.Place("subnet-01234567", "sg-01234567"),
          30,
          ASKED,
          null,
          null,
          List.of(SERVER, new TestLaunch.Server(new ServerId("s-00000002"), "web", "ami-2", null)),
          0);

  private final State state = new Sample().state;
  private final TestLaunches launches = state.testLaunches();

  private boolean written(Write write) {
    return state.transaction().with(write).commit();
  }

  private TestLaunch found() {
    return launches.find(ID).orElseThrow();
  }

  @Test
  void launch_isReadAsItWasWritten() {
    assertThat(launches.find(ID)).isEmpty();
    assertThat(launches.isAtWork(ID)).isFalse();
    assertThat(written(launches.add(ASKED_FOR))).isTrue();
    assertThat(written(launches.add(ASKED_FOR))).as("there is one").isFalse();
    TestLaunch first = found();
    assertThat(first.revision()).isEqualTo(1);
    assertThat(first).usingRecursiveComparison().ignoringFields("revision").isEqualTo(ASKED_FOR);
    assertThat(launches.isAtWork(ID)).isTrue();
    assertThat(first.endsAt()).isNull();
  }

  @Test
  void change_ofWhatIsNotTheNewest_isRefused() {
    assertThat(written(launches.add(ASKED_FOR))).isTrue();
    TestLaunch first = found();
    TestLaunch running =
        first
            .with(
                server ->
                    server
                        .as("i-" + server.logicalId())
                        .checked(new Instances.Checks("ok", "impaired"))
                        .told(new TestLaunch.Server.Validation("FAILED", "exit code 3"))
                        .heard("login:"))
            .launched(ASKED.plusSeconds(90));
    assertThat(written(launches.replace(running))).isTrue();
    assertThat(written(launches.replace(first.lasting(0)))).as("it has changed").isFalse();

    TestLaunch second = found();
    assertThat(second.revision()).isEqualTo(2);
    assertThat(second.stage()).isEqualTo(TestLaunch.Stage.RUNNING);
    assertThat(second.endsAt()).isEqualTo(ASKED.plusSeconds(90 + 30 * 60));
    assertThat(second.servers()).isEqualTo(running.servers());
    assertThat(second.servers().getFirst().instanceId()).isEqualTo("i-db");
    TestLaunch failed = second.failing(TestLaunch.Stage.FAILED, "no capacity");
    assertThat(written(launches.replace(failed))).isTrue();
    assertThat(found().message()).isEqualTo("no capacity");
    assertThat(launches.isAtWork(ID)).isFalse();
    assertThat(written(launches.replace(found().at(TestLaunch.Stage.ENDED)))).isTrue();
    assertThat(launches.isAtWork(ID)).isFalse();
    assertThat(written(launches.replace(found().lasting(5)))).isTrue();
    assertThat(found().minutes()).isEqualTo(5);
  }

  @Test
  void remove_leavesNothing() {
    assertThat(written(launches.add(ASKED_FOR))).isTrue();
    assertThat(written(launches.remove(ID))).isTrue();
    assertThat(launches.find(ID)).isEmpty();
  }
}
