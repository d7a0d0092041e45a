package dev.drover.local.simulator.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UserDataTest {
  private static List<UserData.Part> parts(String text) {
    return UserData.parts(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String script(UserData.Part part) {
    return new String(
        ((UserData.Part.Script) part).text().getBytes(StandardCharsets.ISO_8859_1),
        StandardCharsets.UTF_8);
  }

  @Test
  void script_isOnePartAsItIs() {
    assertThat(parts("#!/bin/sh\necho é\n"))
        .singleElement()
        .satisfies(part -> assertThat(script(part)).isEqualTo("#!/bin/sh\necho é\n"));
  }

  @Test
  void mime_isItsScriptsInTheirOrder_byteForByte() {
    List<UserData.Part> parts =
        parts(
            """
            Content-Type: multipart/mixed; boundary="drover-00"
            MIME-Version: 1.0

            --drover-00
            Content-Type: text/x-shellscript

            #!/bin/sh
            echo one
            --drover-0
            --drover-00
            Content-Type: text/x-shellscript; charset="utf-8"
            Content-Transfer-Encoding: base64

            IyEvYmluL3NoCmVjaG8gdHdvCg==
            --drover-00
            Content-Type: text/cloud-config

            packages: [nginx]
            --drover-00--
            epilogue
            """);

    assertThat(parts).hasSize(3);
    assertThat(script(parts.get(0))).isEqualTo("#!/bin/sh\necho one\n--drover-0");
    assertThat(script(parts.get(1))).isEqualTo("#!/bin/sh\necho two\n");
    assertThat(parts.get(2))
        .isEqualTo(
            new UserData.Part.Refused(
                "a MIME part of the type 'text/cloud-config', or without '#!',"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<powershell>Write-Host</powershell>",
        "<script>dir</script>",
        "#cloud-config\nruncmd: []",
        "Content-Type: multipart/mixed\n\nnothing",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n#!/bin/sh\n",
        """
        Content-Type: multipart/mixed; boundary=b

        --b
        Content-Type: text/x-shellscript
        Content-Transfer-Encoding: uuencode

        #!/bin/sh
        --b--
        """
      })
  void whatIsNoScript_isRefusedAndNotRun(String text) {
    assertThat(parts(text)).singleElement().isInstanceOf(UserData.Part.Refused.class);
  }

  @Test
  void nothing_hasNoParts() {
    assertThat(parts(" \n")).isEmpty();
  }
}
