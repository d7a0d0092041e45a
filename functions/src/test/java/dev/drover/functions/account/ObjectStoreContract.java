package dev.drover.functions.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@link ObjectStore} promises. */
public abstract class ObjectStoreContract extends PortContract {
  /** More than S3 lists or deletes at once. */
  private static final int MORE_THAN_A_PAGE = 1_003;

  private final String prefix = "contract/" + unique() + "/";

  /** The store under test. */
  protected abstract ObjectStore objects();

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private List<String> keys(String below) {
    return objects().list(below).map(ObjectStore.Listed::key).toList();
  }

  private String read(String key) throws IOException {
    try (ObjectStore.Opened opened = objects().open(key).orElseThrow()) {
      byte[] body = opened.body().readAllBytes();
      assertThat(opened.lengthBytes()).isEqualTo(body.length);
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private String openedVersion(String key) throws IOException {
    try (ObjectStore.Opened opened = objects().open(key).orElseThrow()) {
      return opened.version();
    }
  }

  @Test
  void open_missing_isEmpty() {
    assertThat(objects().open(prefix + "missing")).isEmpty();
  }

  @Test
  void put_bytesOrFile_isReadAgain(@TempDir Path folder) throws IOException {
    objects().put(prefix + "bytes", bytes("some"));
    objects().put(prefix + "file", Files.writeString(folder.resolve("file"), "of a file"));
    objects().put(prefix + "empty", new byte[0]);

    assertThat(read(prefix + "bytes")).isEqualTo("some");
    assertThat(read(prefix + "file")).isEqualTo("of a file");
    assertThat(read(prefix + "empty")).isEmpty();
  }

  @Test
  void put_again_replacesAndIsAnotherVersion() throws IOException {
    String key = prefix + "twice";
    objects().put(key, bytes("first"));
    String first = openedVersion(key);

    objects().put(key, bytes("second"));

    assertThat(read(key)).isEqualTo("second");
    assertThat(openedVersion(key)).isNotEqualTo(first);
  }

  @Test
  void version_openedAndListed_isOne() throws IOException {
    objects().put(prefix + "key", bytes("some"));

    String listed = objects().list(prefix + "key").findFirst().orElseThrow().version();

    assertThat(openedVersion(prefix + "key")).isEqualTo(listed);
  }

  @Test
  void list_prefix_givesOnlyWhatIsBelowItInOrder() {
    for (String name : List.of("b", "a/2", "a/10", "ab", "a")) {
      objects().put(prefix + name, bytes(name));
    }

    assertThat(keys(prefix + "a"))
        .containsExactly(prefix + "a", prefix + "a/10", prefix + "a/2", prefix + "ab");
    assertThat(keys(prefix + "c")).isEmpty();
  }

  @Test
  void list_moreThanAPage_givesAllInOrderAndAllCanBeDeleted() {
    List<String> put =
        IntStream.range(0, MORE_THAN_A_PAGE).mapToObj((prefix + "many/%04d")::formatted).toList();
    put.parallelStream().forEach(key -> objects().put(key, new byte[0]));

    List<String> listed = keys(prefix + "many/");

    assertThat(listed).isEqualTo(put);
    objects().delete(listed.subList(0, ObjectStore.MAX_DELETE_KEYS));
    assertThat(keys(prefix + "many/"))
        .isEqualTo(put.subList(ObjectStore.MAX_DELETE_KEYS, MORE_THAN_A_PAGE));
  }

  @Test
  void listAfter_aKeyOrATextThatIsNone_givesSoManyOfTheRest() {
    for (String name : List.of("a/1", "a/2", "a0", "b")) {
      objects().put(prefix + name, bytes(name));
    }
    objects().put(prefix.substring(0, prefix.length() - 1) + "0", bytes("another's"));

    assertThat(keysAfter("", 2)).containsExactly(prefix + "a/1", prefix + "a/2");
    assertThat(keysAfter(prefix + "a/1", 10))
        .containsExactly(prefix + "a/2", prefix + "a0", prefix + "b");
    assertThat(keysAfter(prefix + "a0", 10)).containsExactly(prefix + "b");
    assertThat(keysAfter(prefix + "b", 10)).isEmpty();
    assertThat(objects().listAfter(prefix + "b", "", 1).getFirst().sizeBytes()).isEqualTo(1);
  }

  private List<String> keysAfter(String after, int most) {
    return objects().listAfter(prefix, after, most).stream().map(ObjectStore.Listed::key).toList();
  }

  @Test
  void delete_missingOrNothing_isDeletedAlready() {
    objects().put(prefix + "there", bytes("some"));

    objects().delete(List.of(prefix + "missing", prefix + "there"));

    assertThat(keys(prefix)).isEmpty();
    assertThatCode(() -> objects().delete(List.of(prefix + "there"))).doesNotThrowAnyException();
    assertThatCode(() -> objects().delete(List.of())).doesNotThrowAnyException();
  }

  @Test
  void delete_moreThanTheLimit_isRefused() {
    requireNo(Weakness.DELETES_ANY_NUMBER_OF_KEYS);
    List<String> tooMany =
        IntStream.rangeClosed(0, ObjectStore.MAX_DELETE_KEYS).mapToObj(i -> prefix + i).toList();

    assertThatThrownBy(() -> objects().delete(tooMany)).isInstanceOf(RefusedException.class);
  }
}
