package dev.drover.local.launcher.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentListTest {
  private static final Repository REPOSITORY = Repository.containing(Path.of(""));
  private static final Map<String, String> ODD = odd();

  @TempDir Path folder;

  @Test
  void applyTo_oddEnvironment_leavesNothingThatLeads() {
    assertThat(EnvironmentList.ofProcesses(REPOSITORY).applyTo(ODD))
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("PATH", ODD.get("PATH")),
                Map.entry("HOME", "/home/somebody"),
                Map.entry("AWS_CONFIG_FILE", "/dev/null"),
                Map.entry("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
                Map.entry("AWS_EC2_METADATA_DISABLED", "true"),
                Map.entry("LC_ALL", "C.UTF-8"),
                Map.entry("http_proxy", "http://127.0.0.1:9"),
                Map.entry("NO_PROXY", "127.0.0.1,localhost,::1"),
                Map.entry("no_proxy", "127.0.0.1,localhost,::1"),
                Map.entry("MAVEN_OPTS", "-Dproxy"),
                Map.entry("PIP_INDEX_URL", "https://pypi.corp"),
                Map.entry("npm_config_registry", "https://npm.corp"),
                Map.entry("NPM_CONFIG_HTTPS_PROXY", "http://proxy.corp"),
                Map.entry("GOPROXY", "https://go.corp"),
                Map.entry("LOCALSTACK_AUTH_TOKEN", "token")));
  }

  /** The script and the launcher read one list; here they are seen to read it alike. */
  @ParameterizedTest
  @CsvSource(
      emptyValue = "",
      value = {
        "'',''",
        "corp,''",
        "'',corp",
        "a,b",
        "*,''",
        "*,*",
        "'127.0.0.1,localhost,::1',''",
        "'corp,127.0.0.1,localhost,::1','corp,127.0.0.1,localhost,::1'"
      })
  void applyTo_oddEnvironment_isWhatTheScriptMakesOfIt(String upper, String lower)
      throws IOException, InterruptedException {
    Map<String, String> inherited = new TreeMap<>(ODD);
    inherited.put("NO_PROXY", upper);
    inherited.put("no_proxy", lower);

    Map<String, String> ofScript =
        run(
            inherited,
            "bash",
            "set -euo pipefail; . build/environment.sh; drover_clean_environment build/environment");

    assertThat(ofScript).isEqualTo(EnvironmentList.ofProcesses(REPOSITORY).applyTo(inherited));
  }

  @Test
  void script_homeUnset_setsIt() throws IOException, InterruptedException {
    Map<String, String> inherited = new TreeMap<>(ODD);
    inherited.remove("HOME");

    assertThat(
            run(
                inherited,
                "bash",
                "set -u; . build/environment.sh; drover_clean_environment build/environment"))
        .containsEntry("HOME", System.getProperty("user.home"));
  }

  @Test
  void script_homeUnset_findsTheJdk() throws IOException, InterruptedException {
    Map<String, String> inherited = Map.of("PATH", System.getProperty("java.home") + "/bin:/bin");

    assertThat(run(inherited, "bash", "set -u; . build/jdk25.sh")).containsKey("JAVA_HOME");
  }

  /** What a JVM makes of file names: with ASCII it finds no class below a folder with an umlaut. */
  @Test
  void applyTo_localeWithoutLetters_letsJavaReadAnyPath() throws IOException, InterruptedException {
    ProcessBuilder java =
        new ProcessBuilder(Surroundings.java(), "-XshowSettings:properties", "-version");
    java.environment().clear();
    java.environment()
        .putAll(EnvironmentList.ofProcesses(REPOSITORY).applyTo(Map.of("LC_ALL", "C")));

    assertThat(output(java.redirectErrorStream(true))).contains("sun.jnu.encoding = UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "bash"})
  void environmentFile_oddShell_talksToTheCloudAloneAndKeepsTheRest(String shell)
      throws IOException, InterruptedException {
    Repository checkout = new Repository(folder.resolve("it's a checkout"));
    Files.createDirectories(checkout.root().resolve("build"));
    Files.copy(REPOSITORY.environmentList(), checkout.environmentList());
    Map<String, String> cloud = Map.of("AWS_ENDPOINT_URL", "http://127.0.0.1:1", "X", "it's a b");
    Path file = Files.writeString(folder.resolve("env"), EnvironmentFile.text(checkout, cloud));

    // POSIXLY_CORRECT would make bash another shell than the user's.
    Map<String, String> inherited = new TreeMap<>(ODD);
    inherited.remove("POSIXLY_CORRECT");
    Map<String, String> variables =
        run(inherited, shell, "set -eu; . '%1$s'; . '%1$s'".formatted(file));

    Map<String, String> expected =
        new TreeMap<>(EnvironmentList.ofClients(REPOSITORY).applyTo(inherited));
    expected.putAll(cloud);
    expected.put("PATH", checkout.clientPrograms() + ":" + ODD.get("PATH"));
    assertThat(variables).isEqualTo(expected);
    assertThat(variables)
        .containsEntry("LC_ALL", "C")
        .doesNotContainKeys("AWS_PROFILE", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
  }

  private static Map<String, String> odd() {
    Map<String, String> odd = new TreeMap<>();
    odd.put("PATH", "/usr/bin:/bin");
    odd.put("HOME", "/home/somebody");
    odd.put("http_proxy", "http://127.0.0.1:9");
    odd.put("MAVEN_OPTS", "-Dproxy");
    odd.put("PIP_INDEX_URL", "https://pypi.corp");
    odd.put("npm_config_registry", "https://npm.corp");
    odd.put("NPM_CONFIG_HTTPS_PROXY", "http://proxy.corp");
    odd.put("GOPROXY", "https://go.corp");
    odd.put("LOCALSTACK_AUTH_TOKEN", "token");
    for (String name :
        List.of(
            "AWS_PROFILE",
            "AWS_SESSION_TOKEN",
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
            "AWS_ENDPOINT_URL_S3",
            "AWS_CA_BUNDLE",
            "AWS_ROLE_ARN",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "AWS_PAGER",
            "AWS_DEFAULT_OUTPUT",
            "AWS_RETRY_MODE",
            "AWS_USE_FIPS_ENDPOINT",
            "AWS_CONFIG_FILE",
            "CDK_DEFAULT_ACCOUNT",
            "JSII_RUNTIME",
            "JAVA_TOOL_OPTIONS",
            "_JAVA_OPTIONS",
            "JDK_JAVA_OPTIONS",
            "MAVEN_ARGS",
            "PYTHONPATH",
            "PYTHONHOME",
            "PYTHONSTARTUP",
            "NODE_OPTIONS",
            "NODE_ENV",
            "GOFLAGS",
            "GOROOT",
            "CGO_CFLAGS",
            "GOVC_URL",
            "PIP_USER",
            "npm_config_global",
            "NPM_CONFIG_PREFIX",
            "GREP_OPTIONS",
            "CDPATH",
            "POSIXLY_CORRECT",
            "GLOBIGNORE",
            "LANGUAGE",
            "LOCALSTACK_HOSTNAME",
            "SERVICES")) {
      odd.put(name, "nope of\nAWS_MINE=1");
    }
    odd.put("LC_ALL", "C");
    odd.put("LANG", "tr_TR");
    return odd;
  }

  /** The environment after a script, without what every shell adds. */
  private static Map<String, String> run(Map<String, String> inherited, String shell, String script)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(shell, "-c", script + "; env -0");
    builder.directory(REPOSITORY.root().toFile());
    builder.environment().clear();
    builder.environment().putAll(inherited);
    Map<String, String> variables = new TreeMap<>();
    for (String variable : output(builder).split("\0", -1)) {
      if (!variable.isEmpty()) {
        int equals = variable.indexOf('=');
        variables.put(variable.substring(0, equals), variable.substring(equals + 1));
      }
    }
    variables.keySet().removeAll(List.of("PWD", "OLDPWD", "SHLVL", "_"));
    return variables;
  }

  private static String output(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return text;
  }
}
