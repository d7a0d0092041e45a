package dev.drover.connector.vsphere.soap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XmlReaderTest {
  /** A VM can be called by what XML cannot have; the hundred of its page must not go with it. */
  @ParameterizedTest
  @CsvSource({
    "a\u0001b, a\uFFFDb",
    "a&#1;b, a\uFFFDb",
    "a&#x1F;b&#xFFFF;, a\uFFFDb\uFFFD",
    "a&#xD800;b, a\uFFFDb",
    "a\uFFFFb, a\uFFFDb",
    "a\uFFFDb, a\uFFFDb",
    "m\u00fcller &#x1F40E;&#128014; &amp;#1;, m\u00fcller \uD83D\uDC0E\uD83D\uDC0E &#1;"
  })
  void read_characterThatXmlCannotHave_isReplaced(String written, String read) {
    assertThat(XmlReader.read(utf8("<a>" + written + "</a>")).text()).isEqualTo(read);
  }

  @Test
  void read_byteOrderMark_isPassedOver() {
    assertThat(XmlReader.read(utf8("\uFEFF<?xml version=\"1.0\"?><a>b</a>")).text()).isEqualTo("b");
  }

  /** The JDK's parser would print a line of its own. */
  @Test
  void read_whatIsNoXml_printsNothing() {
    PrintStream err = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      byte[] half = utf8("<a>m\u00fcller</a>");
      half[5] = '<';
      assertThatThrownBy(() -> XmlReader.read(half)).hasMessage("it is not UTF-8");
      for (String text : new String[] {"", "<a>", "<a></b>", "<a>&b;</a>", "<html><br></html>"}) {
        assertThatThrownBy(() -> XmlReader.read(utf8(text)))
            .isInstanceOf(InvalidAnswerException.class);
      }
    } finally {
      System.setErr(err);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
