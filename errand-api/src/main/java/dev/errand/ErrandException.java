package dev.errand;

import org.jspecify.annotations.Nullable;

/** The world is otherwise than the caller thought. The root of what the engine throws, besides errors in the calls themselves. */
public abstract sealed class ErrandException extends RuntimeException
        permits AwaitTimeoutException,
                BatchNotFoundException,
                ClaimLostException,
                DuplicateTaskException,
                InvalidPayloadException,
                KeyConflictException,
                LockLostException,
                LockTimeoutException,
                NotAllowedException,
                QueueFullException,
                QueueNotFoundException,
                RunFailedException,
                RunNotFoundException,
                ScheduleNotFoundException,
                StepFailedException,
                StepNotFoundException,
                StepTypeException,
                StoreException,
                TaskNotFoundException,
                TokenFailedException,
                TokenNotFoundException {
    ErrandException(String message) {
        super(message);
    }

    ErrandException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
