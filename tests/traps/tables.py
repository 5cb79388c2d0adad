"""traps/tables.py - the tables, and all of their rows"""
import exim
import others
import postfix
import sendmail
import services
import wrappers

TABLE = (postfix.TABLE + exim.TABLE + sendmail.TABLE + others.TABLE +
         services.TABLE + wrappers.TABLE)
