package dev.drover.connector;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script {@code connector-agent/connector}, in a checkout of its own with a space in its path.
 */
class StartScriptTest {
  @TempDir Path folder;
  private Path script;

  @BeforeEach
  void makeCheckout() throws IOException {
    Path module = Path.of("..").toRealPath();
    Path checkout = folder.resolve("a checkout");
    script = checkout.resolve("connector-agent/connector");
    Files.createDirectories(script.getParent());
    Files.copy(module.resolve("connector"), script);
    assertThat(script.toFile().setExecutable(true)).isTrue();
    Files.createDirectory(checkout.resolve("build"));
    Files.copy(module.resolveSibling("build/jdk25.sh"), checkout.resolve("build/jdk25.sh"));
  }

  @Test
  void connector_builtAndAnOlderJavaByDefault_runsFromAnyFolder()
      throws IOException, InterruptedException {
    build();
    Path older = folder.resolve("jdk17");
    Path java = Files.createDirectories(older.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"17.0.9\"' >&2\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Path jdk = Path.of(System.getProperty("java.home"));
    assertThat(say(Map.of("JAVA_HOME", older.toString()), jdk, "run", "--help"))
        .startsWith("0 ")
        .contains("Usage: connector run");
    assertThat(say(Map.of(), jdk, "dance")).startsWith("2 ");
  }

  @Test
  void connector_byALink_isFound() throws IOException, InterruptedException {
    build();
    Path link = Files.createSymbolicLink(folder.resolve("drover-connector"), script);
    script = link;
    Path jdk = Path.of(System.getProperty("java.home"));
    assertThat(say(Map.of(), jdk, "--version")).startsWith("0 connector ");
  }

  @Test
  void connector_notBuilt_saysHow() throws IOException, InterruptedException {
    assertThat(say(Map.of(), Path.of(System.getProperty("java.home")), "run"))
        .startsWith("3 connector: it is not built yet: run './drover setup' in ")
        .contains("a checkout");
  }

  /** A jar without classes, which names the tests' class path. */
  private void build() throws IOException {
    Path target = Files.createDirectories(script.resolveSibling("agent/target"));
    Files.createDirectory(target.resolve("lib"));
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    String[] entries = System.getProperty("java.class.path").split(File.pathSeparator, -1);
    String classPath =
        Stream.of(entries).map(e -> Path.of(e).toUri().toString()).collect(joining(" "));
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
    Path jar = target.resolve("connector-agent-0.jar");
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
  }

  /** The exit code and what was said. */
  private String say(Map<String, String> environment, Path jdk, String... args)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(script.toString()).directory(folder.toFile());
    builder.command().addAll(List.of(args));
    builder.environment().keySet().removeIf(name -> name.startsWith("J") || name.startsWith("L"));
    builder.environment().put("PATH", jdk.resolve("bin") + ":/usr/bin:/bin");
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() + " " + said;
  }
}
