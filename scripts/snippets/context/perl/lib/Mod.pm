package Mod;
1;
