package dev.drover.connector.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.connector.site.FakeCloud;
import dev.drover.connector.site.MemoryStore;
import dev.drover.connector.task.TaskJournal.Acceptance;
import dev.drover.protocol.message.ConnectorTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskJournalTest {
  @TempDir Path folder;
  private final FakeCloud cloud = new FakeCloud(new MemoryStore());

  @Test
  void accept_sameAttemptTwiceOrOlder_isKnown() throws IOException {
    assertThat(journal().accept(task(1, 2))).isEqualTo(Acceptance.ACCEPTED);
    assertThat(journal().accept(task(1, 2))).isEqualTo(Acceptance.KNOWN);
    assertThat(journal().accept(task(1, 1))).isEqualTo(Acceptance.KNOWN);
    assertThat(journal().accept(task(1, 3))).isEqualTo(Acceptance.ACCEPTED);
    assertThat(journal().pending()).containsExactly(task(1, 3));
  }

  @Test
  void accept_afterTheEnd_isKnown() throws IOException {
    journal().accept(task(1, 1));
    journal().end(task(1, 1));
    assertThat(journal().accept(task(1, 1))).isEqualTo(Acceptance.KNOWN);
    assertThat(journal().pending()).isEmpty();
  }

  @Test
  void end_ofOlderAttempt_keepsTheNewer() throws IOException {
    journal().accept(task(1, 1));
    journal().accept(task(1, 2));
    journal().end(task(1, 1));
    assertThat(journal().pending()).containsExactly(task(1, 2));
  }

  @Test
  void accept_nextRunOfTheJob_forgetsTheEndedOne() throws IOException {
    journal().accept(task(1, 1));
    journal().end(task(1, 1));
    journal().accept(task(2, 1));
    assertThat(folder.resolve(FakeCloud.run(1).value())).doesNotExist();
  }

  @Test
  void pending_fileCutShort_isNoTask() throws IOException {
    journal().accept(task(1, 1));
    Path file = folder.resolve(FakeCloud.run(1).value()).resolve("task.json");
    Files.writeString(file, Files.readString(file).substring(0, 40));
    assertThat(journal().pending()).isEmpty();
    assertThat(journal().accept(task(1, 1))).isEqualTo(Acceptance.ACCEPTED);
  }

  private TaskJournal journal() {
    return new TaskJournal(folder);
  }

  private ConnectorTask.Replicate task(int run, int attempt) {
    return cloud.task(run, attempt, "web");
  }
}
