"""What IOS asks back at lines of configuration, wherever they come from."""

USER_REMOVED = (
    "This operation will remove all username related configurations with same name.Do you want to continue? [confirm]"
)
