package dev.drover.functions.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class Ec2TextTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "web (old) #1", "müller", "日本", "\uD83D\uDC02", "mu\u0308ller"})
  void isPrintable_whatPeopleWrite_is(String text) {
    assertThat(Ec2Text.isPrintable(text)).isTrue();
    assertThat(Ec2Text.tagValue(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\u0000", "\u0007", "\n", "\t", "\u007f", "\u009b", "\u2028", "\ud83d", "\uffff"})
  void isPrintable_whatControlsOrIsNone_isNot(String text) {
    assertThat(Ec2Text.isPrintable("a" + text + "b")).isFalse();
    assertThat(Ec2Text.tagValue("a" + text + "b")).isEqualTo("a_b");
  }

  @Test
  void description_anything_isPrintableAsciiOfAtMost255() {
    assertThat(Ec2Text.description("Büro–1\n")).isEqualTo("Buro?1?");
    assertThat(Ec2Text.description("日".repeat(300))).isEqualTo("?".repeat(255));
  }

  @Test
  void tagValue_long_isCutAndNoCharacterHalved() {
    assertThat(Ec2Text.tagValue("x".repeat(255) + "\uD83D\uDC02")).isEqualTo("x".repeat(255));
  }

  @Test
  void tagValue_listThatIsTooLong_endsBehindAWholeEntryWithASign() {
    List<String> fits = List.of("a".repeat(127), "b".repeat(128));
    assertThat(Ec2Text.tagValue(fits)).isEqualTo(fits.getFirst() + " " + fits.getLast());
    assertThat(Ec2Text.tagValue(List.of("a".repeat(127), "b".repeat(129))))
        .isEqualTo("a".repeat(127) + " ...");
    assertThat(Ec2Text.tagValue(List.of("a".repeat(127), "b".repeat(124), "c".repeat(9))))
        .isEqualTo("a".repeat(127) + " " + "b".repeat(124) + " ...")
        .hasSize(256);
    assertThat(Ec2Text.tagValue(List.of("x".repeat(257)))).isEqualTo("...");
  }
}
