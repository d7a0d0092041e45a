package dev.drover.local.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class LauncherMainTest {
  private final StringWriter errors = new StringWriter();

  @Test
  void execute_unknownCommand_isWrongUsageInOneSentence() {
    assertThat(execute("fly")).isEqualTo(2);
    assertThat(errors.toString().lines()).hasSize(1);
    assertThat(errors.toString()).contains("fly").contains("--help");
  }

  @Test
  void execute_exportWithoutAFile_isWrongUsage() {
    assertThat(execute("export", "snap-1")).isEqualTo(2);
    assertThat(errors.toString()).contains("FILE");
  }

  @Test
  void execute_upOverAFolderThatIsNone_failsAndNamesIt() {
    assertThat(execute("up", "--servers", "/no/such/folder")).isEqualTo(1);
    assertThat(errors.toString()).contains("/no/such/folder").doesNotContain("\tat ");
  }

  private int execute(String... arguments) {
    CommandLine commandLine = LauncherMain.commandLine();
    commandLine.setErr(new PrintWriter(errors));
    return commandLine.execute(arguments);
  }
}
