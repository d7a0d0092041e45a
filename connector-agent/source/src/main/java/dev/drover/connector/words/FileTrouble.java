package dev.drover.connector.words;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Why a file could not be used, in words; Java's own messages are often the path alone. */
public final class FileTrouble {
  private FileTrouble() {}

  /** The reason without the file, for example {@code there is no such file}. */
  public static String reason(IOException failure) {
    return switch (failure) {
      case NoSuchFileException _ -> "there is no such file";
      case AccessDeniedException _ -> "this user has no right to";
      case FileAlreadyExistsException _ -> "something else stands there";
      case NotDirectoryException _ -> "it is no folder";
      case CharacterCodingException _ -> "it is not UTF-8";
      case FileSystemException e when e.getReason() != null -> PlainText.of(e.getReason());
      case FileSystemException _ -> "the file system refuses it";
      case IOException e -> PlainText.of(String.valueOf(e.getMessage()));
    };
  }

  /** The file, if the failure names one, and the reason. */
  public static String text(IOException failure) {
    return failure instanceof FileSystemException e && e.getFile() != null
        ? PlainText.of(e.getFile()) + ": " + reason(failure)
        : reason(failure);
  }
}
