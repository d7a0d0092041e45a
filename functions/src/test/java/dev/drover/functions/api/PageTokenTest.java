package dev.drover.functions.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PageTokenTest {
  private static final PageToken TOKEN = new PageToken("GetServers 0");

  private static void assertInvalid(PageToken scope, String token) {
    assertThatThrownBy(() -> scope.read(token))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.code()).isEqualTo("InvalidParameterException"))
        .hasMessageContaining("begin again without it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"s-0a0b0c0d", "x", "1795442400250 sms-run-1", "§ ünïcode\n"})
  void read_ownToken_isTheKey(String key) {
    assertThat(TOKEN.read(TOKEN.after(key))).isEqualTo(key);
  }

  @Test
  void read_none_isTheFirstPage() {
    assertThat(TOKEN.read(null)).isEmpty();
    assertThat(TOKEN.read("")).isEmpty();
  }

  @Test
  void read_cutAnywhere_isInvalid() {
    String token = TOKEN.after("s-0a0b0c0d");

    for (int length = 1; length < token.length(); length++) {
      assertInvalid(TOKEN, token.substring(0, length));
    }
  }

  @Test
  void read_typedOrLonger_isInvalid() {
    String token = TOKEN.after("s-0a0b0c0d");

    assertInvalid(TOKEN, token + "AAAA");
    assertInvalid(TOKEN, "A" + token.substring(1));
    assertInvalid(TOKEN, "no base64 at all");
    assertInvalid(TOKEN, "4");
  }

  @Test
  void read_tokenOfForeignScope_isInvalid() {
    assertInvalid(new PageToken("GetConnectors"), TOKEN.after("s-0a0b0c0d"));
    assertInvalid(new PageToken("GetServers 1"), TOKEN.after("s-0a0b0c0d"));
  }
}
