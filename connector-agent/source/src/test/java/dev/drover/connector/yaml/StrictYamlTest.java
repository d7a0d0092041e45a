package dev.drover.connector.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a file is said on one line and in words. */
class StrictYamlTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"a: [", "a: b\n c: d", "\"a", "a: \0", "- b\na: c", "a: {b", "\t\ta: b"})
  void parse_whatIsNoYaml_saysWhereOnOneLine(String text) {
    assertThatThrownBy(() -> StrictYaml.parse("x.yaml", text))
        .isInstanceOf(InvalidYamlException.class)
        .message()
        .startsWith("x.yaml: is not YAML")
        .doesNotContain("\n", "while parsing", "reader", "Exception");
  }

  @Test
  void parse_keyTwice_namesTheKey() {
    assertThatThrownBy(() -> StrictYaml.parse("x.yaml", "name: a\nos: b\nname: c\n"))
        .hasMessageMatching("x\\.yaml: holds the key 'name' twice \\(line 3, .*\\): remove one");
    assertThatThrownBy(() -> StrictYaml.parseWithoutQuoting("x.yaml", "token: a\ntoken: b\n"))
        .message()
        .contains("holds a key twice (line 2")
        .doesNotContain("token");
  }

  @Test
  void read_missingFile_saysSoWithoutClassNames() {
    assertThatThrownBy(() -> StrictYaml.read(folder.resolve("none.yaml")))
        .hasMessage(folder.resolve("none.yaml") + ": cannot be read: there is no such file");
  }

  @Test
  void read_folderOrOtherCharset_saysSoWithoutClassNames() throws IOException {
    assertThatThrownBy(() -> StrictYaml.read(folder))
        .message()
        .startsWith(folder + ": cannot be read: ")
        .doesNotContain("Exception");
    Path latin1 = Files.write(folder.resolve("latin1.yaml"), new byte[] {'a', ':', (byte) 0xFC});
    assertThatThrownBy(() -> StrictYaml.read(latin1))
        .hasMessage(latin1 + ": cannot be read: it is not UTF-8");
  }

  @Test
  void message_nameWithANewline_staysOneLine() {
    assertThatThrownBy(() -> StrictYaml.parse("a\nb\33[31m.yaml", "x"))
        .hasMessageStartingWith("a\\nb\\u001b[31m.yaml: ");
    assertThat(StrictYaml.parse("x", "a: b").text("a")).isEqualTo("b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"name:", "name: ''", "name: ~", "name: \"  \""})
  void text_withoutCharacters_isCalledEmpty(String text) {
    StrictYaml yaml = StrictYaml.parse("x.yaml", text);
    assertThat(yaml.text("name")).isNull();
    assertThatThrownBy(yaml::finish)
        .hasMessage("x.yaml: name is empty: write a text behind it or remove the line");
  }

  @Test
  void finish_unknownKeys_namesTheKnownOnesOnce() {
    StrictYaml yaml = StrictYaml.parse("x.yaml", "nmae: a\ncolour: b\n");
    yaml.text("name");
    yaml.number("cpus", 1, 2);
    yaml.section("source").endSection();
    assertThatThrownBy(yaml::finish)
        .hasMessage("x.yaml: nmae is unknown; colour is unknown, known are name, cpus, source");
  }
}
